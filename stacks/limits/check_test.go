package limits

import (
	"os"
	"strings"
	"testing"

	"batchjobwithlambda/test/proof"
)

// The project's own templates, as the snapshots have them, are what faults are planted in.
func snapshot(t *testing.T, environment string) string {
	t.Helper()
	template, err := os.ReadFile("../../test/snapshots/" + environment + ".template_1.snap.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(template)
}

func TestTheProjectsOwnTemplatesAreWithinAllLimits(t *testing.T) {
	for _, environment := range []string{"dev", "prod"} {
		if err := Check([]byte(snapshot(t, environment))); err != nil {
			t.Errorf("%s: %v", environment, err)
		}
	}
}

func TestAPlantedFaultIsFound(t *testing.T) {
	// Inside the definition, which is a text in the template, quotes are escaped.
	inDefinition := func(text string) string { return strings.ReplaceAll(text, `"`, `\"`) }
	found := 0
	faults := map[string]struct{ old, new, want string }{
		"a sixth exit rule": {
			`"EvaluateOnExit": [`,
			`"EvaluateOnExit": [` + strings.Repeat(`{"Action": "EXIT", "OnExitCode": "2"},`, 5),
			"EvaluateOnExit has 6 rules",
		},
		"an exit rule that may end what never started": {`"OnExitCode": "1"`, `"OnExitCode": "*"`, "must name one exit code"},
		"an exit rule on any reason":                   {`"OnExitCode": "1"`, `"OnReason": "*"`, "must name one exit code"},
		"an exit rule on an exit code of success":      {`"OnExitCode": "1"`, `"OnExitCode": "0"`, "must name one exit code"},
		"a reason with a hyphen": {
			`"OnExitCode": "1"`, `"OnExitCode": "1", "OnReason": "re-run*"`,
			"letters, digits, periods, colons and spaces",
		},
		"a status reason that begins with a wildcard": {
			`"OnExitCode": "1"`, `"OnExitCode": "1", "OnStatusReason": "*Spot Task was interrupted."`,
			"letters, digits, periods, colons and spaces",
		},
		"a reason that is too long": {
			`"OnExitCode": "1"`, `"OnExitCode": "1", "OnReason": "` + strings.Repeat("x", 513) + `"`,
			"letters, digits, periods, colons and spaces",
		},
		"an exit code with a letter": {`"OnExitCode": "1"`, `"OnExitCode": "1x"`, "up to three digits"},
		"eleven attempts":            {`"Attempts": 3`, `"Attempts": 11`, "Attempts 11"},
		"no attempts":                {`"Attempts": 3,`, ``, "Attempts 0"},
		"an attempt too short": {
			`"AttemptDurationSeconds": 600`, `"AttemptDurationSeconds": 59`,
			"AttemptDurationSeconds 59",
		},
		"a memory that does not go with the vCPU": {`"Value": "2048"`, `"Value": "777"`, `MEMORY "777"`},
		"a vCPU that Fargate does not have": {
			"\"Type\": \"VCPU\",\n              \"Value\": \"1\"", `"Type": "VCPU", "Value": "3"`,
			`VCPU "3"`,
		},
		"a command that is too long": {
			`"Ref::results"`, `"Ref::results", "` + strings.Repeat("x", 8192) + `"`,
			"command and environment have",
		},
		"a queue's time limit too short": {`"MaxTimeSeconds": 600`, `"MaxTimeSeconds": 599`, "a time limit of 599 s"},
		"a reason that Batch does not know": {
			`"CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY"`, `"CAPACITY:NONE"`,
			`for reason "CAPACITY:NONE"`,
		},
		"an update policy of Fargate": {
			`"MaxvCpus": 16`, `"MaxvCpus": 16}, "UpdatePolicy": {}, "ComputeResources": {"Type": "FARGATE"`,
			"UpdatePolicy of type FARGATE",
		},
		"a replacement of Fargate": {
			`"MaxvCpus": 16`,
			`"MaxvCpus": 16}, "ReplaceComputeEnvironment": false, "ComputeResources": {"MaxvCpus": 16`,
			"ReplaceComputeEnvironment of type FARGATE",
		},
		"a host of a volume on Fargate": {
			"{\n              \"Name\": \"scratch\"", `{"Host": {}, "Name": "scratch"`,
			"volume scratch has a host",
		},
		"a volume that is not there": {
			`"SourceVolume": "scratch"`, `"SourceVolume": "cache"`,
			`mounts volume "cache"`,
		},
		"a function that may take too long": {`"Timeout": 300`, `"Timeout": 901`, "Timeout 901 s"},
		"a function with too little memory": {`"MemorySize": 1769`, `"MemorySize": 64`, "MemorySize 64"},
		"a function with a long environment": {
			`"SHARD_BYTES": "8388608"`, `"SHARD_BYTES": "` + strings.Repeat("8", 4096) + `"`,
			"the environment has",
		},
		"more shards than an array has children": {`"MAX_SHARDS": "100"`, `"MAX_SHARDS": "10001"`, `MAX_SHARDS "10001"`},
		"a definition that is too large": {
			inDefinition(`"Comment":"An array`), inDefinition(`"Comment":"` + strings.Repeat("x", 1<<20)),
			"the definition has",
		},
		"an execution without a limit": {inDefinition(`,"TimeoutSeconds":3600`), ``, "the execution has no TimeoutSeconds"},
		"a state that nothing goes to": {
			inDefinition(`"Default":"Submit Batch Array Job"`), inDefinition(`"Default":"Submit Batch Job"`),
			`no state goes to state "Submit Batch Array Job"`,
		},
		"a state that is not there": {
			inDefinition(`"Default":"Notify Failure"`), inDefinition(`"Default":"Notify Nobody"`),
			`"Notify Nobody", which is not there`,
		},
		"a name that is too long": {
			"Run Succeeded", strings.Repeat("n", 81),
			"the name has more than 80 characters",
		},
		"a task without a retry": {
			inDefinition(`"Retry":[{"ErrorEquals":["SNS.`), inDefinition(`"Comment":"","Was":[{"ErrorEquals":["SNS.`),
			"has no Retry",
		},
		"a task that does not catch everything": {
			inDefinition(`"Catch":[{"ErrorEquals":["States.ALL"]`), inDefinition(`"Catch":[{"ErrorEquals":["States.Timeout"]`),
			"has no Catch of States.ALL",
		},
		"everything caught before the end of the list": {
			inDefinition(`"Catch":[`), inDefinition(`"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Collect results"},`),
			"Catch has States.ALL before its end",
		},
		"a retry of a job that failed": {
			`Batch.ServerException`, `States.TaskFailed`,
			"retries States.TaskFailed",
		},
		"a task without a limit": {inDefinition(`"TimeoutSeconds":60,`), ``, "has no TimeoutSeconds"},
		"a state that gives up before its function": {
			inDefinition(`"TimeoutSeconds":330`), inDefinition(`"TimeoutSeconds":300`),
			"more than the 300 s that its function may take",
		},
		"a job parameter that is a number": {
			inDefinition(`"Parameters.$":"$.batch_input"`), inDefinition(`"Parameters":{"shards":3}`),
			"job parameter shards is 3",
		},
		"an array of one": {inDefinition(`"Size.$":"$.shards"`), inDefinition(`"Size":1`), "an array of 1"},
		"a subject that is too long": {
			inDefinition(`"Subject.$":"$.subject"`), inDefinition(`"Subject":"` + strings.Repeat("s", 101) + `"`),
			"Subject has 101 characters",
		},
		"a message that is too long": {
			inDefinition(`"Message.$":"$.message"`), inDefinition(`"Message":"` + strings.Repeat("m", 256<<10+1) + `"`),
			"Message has 262145 bytes",
		},
		"the sample's fault: a path in an answer that has none": {
			inDefinition(`"OutputPath":"$.Payload"`), inDefinition(`"OutputPath":"$.batch_input"`),
			"reads $.batch_input, which no state before it makes",
		},
		"a path that is made on one way only": {
			inDefinition(`"state.$":"$"`), inDefinition(`"state.$":"$.job_error"`),
			"reads $.job_error",
		},
		"a path in a text that is made": {
			`$.collect_error.Cause, $$.Execution.Id`, `$.collect_error.Reason, $$.Execution.Id`,
			"reads $.collect_error.Reason",
		},
		"a field that the Context object lacks": {`$$.Execution.Name`, `$$.Execution.Nam`, "reads $$.Execution.Nam"},
		"a field that a function does not answer with": {
			inDefinition(`"Variable":"$.outcome"`), inDefinition(`"Variable":"$.result"`),
			"reads $.result",
		},
		"a field that a job does not end with": {
			inDefinition(`"id.$":"$.JobId"`),
			inDefinition(`"id.$":"$.Id"`),
			"selects $.Id",
		},
		"an error thrown away that is read later": {
			`$.notification_error\"`, `$.other\"`,
			"reads $.notification_error.Cause",
		},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			template := snapshot(t, "dev")
			if !strings.Contains(template, fault.old) {
				t.Fatalf("there is no %q to plant the fault in", fault.old)
			}
			err := Check([]byte(strings.ReplaceAll(template, fault.old, fault.new)))
			if err == nil || !strings.Contains(err.Error(), fault.want) {
				t.Fatalf("got %v\nwant %s", err, fault.want)
			}
			found++
		})
	}
	proof.Row(t, "planted", "limits of AWS that a template breaks", len(faults), found)
}

func TestWhatIsNoTemplateIsAnErrorAndNotAPanic(t *testing.T) {
	for _, text := range []string{``, `[]`, `{"Resources":{"A":{"Type":"AWS::Batch::JobDefinition"}}}`, `{"Resources":{"A":{"Type":"AWS::StepFunctions::StateMachine","Properties":{"DefinitionString":"{"}}}}`} {
		if Check([]byte(text)) == nil {
			t.Errorf("%q is within all limits", text)
		}
	}
}

func FuzzCheckNeverPanics(f *testing.F) {
	f.Add(
		[]byte(
			`{"Resources":{"A":{"Type":"AWS::StepFunctions::StateMachine","Properties":{"DefinitionString":"{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Task\",\"Next\":\"A\"}}}"}}}}`,
		),
	)
	f.Fuzz(func(_ *testing.T, template []byte) { _ = Check(template) })
}
