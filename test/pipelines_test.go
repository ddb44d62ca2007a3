package test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/template"
)

// The logical ids of each pipeline's own resources begin with its name.
var pipelinesOfPair = []string{"checksum", "gzipall"}

func TestPipelinesShareWhatCostsByTheMonth(t *testing.T) {
	s := of(t, pair)
	for kind, want := range map[string]int{
		"AWS::EC2::VPC":                    1,
		"AWS::EC2::VPCEndpoint":            4,
		"AWS::KMS::Key":                    1,
		"AWS::SNS::Topic":                  1,
		"AWS::Batch::ComputeEnvironment":   2,
		"AWS::Batch::JobQueue":             2,
		"AWS::Batch::JobDefinition":        2,
		"AWS::Lambda::Function":            4,
		"AWS::StepFunctions::StateMachine": 2,
		"AWS::Events::Rule":                4,
		"AWS::CloudWatch::Dashboard":       1,
	} {
		if got := len(s.OfType(kind)); got != want {
			t.Errorf("%s: got %d, want %d", kind, got, want)
		}
	}
}

// A role of one pipeline that could touch the other's bucket, queue, functions, state machine
// or jobs would have to name them, or to name nothing: the test of any resource lists those.
func TestAPipelinesPoliciesNameNothingOfTheOther(t *testing.T) {
	s := of(t, pair)
	seen := map[string]int{}
	for _, statement := range s.statements(t) {
		for i, name := range pipelinesOfPair {
			if !strings.HasPrefix(statement.holder.ID, name) {
				continue
			}
			seen[name]++
			other := pipelinesOfPair[1-i]
			about := template.Render(asAny(t, []any{statement.Resources, statement.Condition}))
			if strings.Contains(about, "${"+other) || strings.Contains(about, tagOf(other)) {
				t.Errorf("%s of %s is about %s", statement.Sid, statement.holder.ID, about)
			}
		}
	}
	for _, name := range pipelinesOfPair {
		if seen[name] < 20 {
			t.Errorf("got %d statements of %s, want all of its roles", seen[name], name)
		}
	}
}

// tagOf is the value of the tag by which a pipeline of pair knows its own jobs.
func tagOf(pipeline string) string {
	return "BatchJobWithLambda-pair/" + map[string]string{"checksum": "checksum", "gzipall": "gzip-all"}[pipeline]
}

func asAny(t *testing.T, value any) any {
	t.Helper()
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &value)
	}
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func TestEveryPipelineStopsOnlyItsOwnJobs(t *testing.T) {
	s := of(t, pair)
	for _, name := range pipelinesOfPair {
		var tags []string
		for _, statement := range s.statements(t) {
			if strings.HasPrefix(statement.holder.ID, name) && statement.Sid == "StopOwnJobs" {
				tags = append(tags, template.Render(statement.Condition["StringEquals"]["aws:ResourceTag/pipeline"]))
			}
		}
		if want := []string{tagOf(name)}; !slices.Equal(tags, want) {
			t.Errorf("%s stops jobs with the tags %v, want %v", name, tags, want)
		}
	}
}

func TestWhatIsSharedTakesFromEveryPipelineAndFromNothingElse(t *testing.T) {
	s := of(t, pair)
	for sid, want := range map[string][]string{
		"ListData":  {"${checksumStorageBucket.Arn}", "${gzipallStorageBucket.Arn}"},
		"WriteData": {"${checksumStorageBucket.Arn}/output/*", "${checksumStorageBucket.Arn}/runs/*", "${gzipallStorageBucket.Arn}/output/*", "${gzipallStorageBucket.Arn}/runs/*"},
	} {
		for _, statement := range s.statements(t) {
			if statement.Sid == sid && !slices.Equal(statement.Resources, want) {
				t.Errorf("%s is about %v, want %v", sid, statement.Resources, want)
			}
		}
	}
	const rules = "${checksumWatchUnreportedEnd.Arn}, ${checksumWatchBlockedQueue.Arn}, " +
		"${gzipallWatchUnreportedEnd.Arn}, ${gzipallWatchBlockedQueue.Arn}"
	for _, statement := range s.statements(t) {
		if got := template.Render(statement.Condition["ArnEquals"]["aws:SourceArn"]); statement.Sid == "LetRulesPublish" &&
			got != rules {
			t.Errorf("the topic takes from %s, want %s", got, rules)
		}
	}
}

func TestAMessageSaysWhichPipelineItIsAbout(t *testing.T) {
	s := of(t, pair)
	for id, label := range map[string]string{"checksum": "[pair/checksum] ", "gzipall": "[pair/gzip-all] "} {
		definition := template.Render(s.Named(id + "WorkflowStateMachine").Properties["DefinitionString"])
		if !strings.Contains(definition, `"subject":"`+label) {
			t.Errorf("the state machine of %s has no subject that begins with %q", id, label)
		}
		for _, name := range []string{"UnreportedEnd", "BlockedQueue"} {
			var r rule
			decode(t, s.Named(id+"Watch"+name), &r)
			if got := r.Targets[0].InputTransformer.InputTemplate; !strings.HasPrefix(got, `"`+label) {
				t.Errorf("%s of %s says %s, want it to begin with %q", name, id, got, label)
			}
		}
	}
}

func TestTheNamesOfOutputsBeginWithTheirPipelines(t *testing.T) {
	s := of(t, pair)
	for output, machine := range map[string]string{
		"ChecksumStartCommand": "${checksumWorkflowStateMachine}",
		"GzipAllStartCommand":  "${gzipallWorkflowStateMachine}",
	} {
		if got := template.Render(s.Outputs[output].Value); !strings.HasSuffix(got, machine) {
			t.Errorf("%s is %q, want it to end with %s", output, got, machine)
		}
	}
}

func TestAPipelineHasItsOwnPriorityAndArchitecture(t *testing.T) {
	s := of(t, pair)
	for id, want := range map[string]struct {
		priority     float64
		architecture string
	}{
		"checksum": {1, "ARM64"},
		"gzipall":  {2, "X86_64"},
	} {
		if got := s.Named(id + "Queue").Properties["Priority"]; got != want.priority {
			t.Errorf("the queue of %s has priority %v, want %v", id, got, want.priority)
		}
		var job struct {
			ContainerProperties struct {
				RuntimePlatform struct{ CpuArchitecture string }
			}
		}
		decode(t, s.Named(id+"JobDefinition"), &job)
		if got := job.ContainerProperties.RuntimePlatform.CpuArchitecture; got != want.architecture {
			t.Errorf("the job of %s runs on %s, want %s", id, got, want.architecture)
		}
	}
}

func TestInputOutputAndRunsMayBeInThreeBuckets(t *testing.T) {
	s := of(t, buckets)
	const (
		input  = "arn:${AWS::Partition}:s3:::photos"
		output = "arn:${AWS::Partition}:s3:::archive"
		own    = "${StorageBucket.Arn}"
	)
	for statement, want := range map[string][]string{
		"PreprocessRole/ListInputs": {input},
		"PreprocessRole/ReadInputs": {input + "/2026/raw/*"},
		"PreprocessRole/ReadLists":  {own + "/lists/*"},
		"PreprocessRole/WritePlan":  {own + "/runs/*/manifest.*"},
		"CollectRole/ReadRuns":      {own + "/runs/*"},
		"JobRole/ListInputs":        {input},
		"JobRole/ListOutputs":       {output},
		"JobRole/ReadInputs":        {input + "/2026/raw/*"},
		"JobRole/WriteOutputs":      {output + "/packed/*"},
		"JobRole/WriteResults":      {own + "/runs/*/results/*.jsonl"},
		"/ListData":                 {input, output, own},
		"/ReadData":                 {input + "/2026/raw/*", output + "/packed/*", own + "/runs/*", own + "/lists/*"},
		"/WriteData":                {output + "/packed/*", own + "/runs/*"},
	} {
		var got [][]string
		for _, s := range s.statements(t) {
			if s.role+"/"+s.Sid == statement {
				got = append(got, slices.Sorted(slices.Values(s.Resources)))
			}
		}
		slices.Sort(want)
		if len(got) != 1 || !slices.Equal(got[0], want) {
			t.Errorf("%s is about %v, want %v", statement, got, want)
		}
	}
	if got, want := template.Render(s.Outputs["MainUploadCommand"].Value), "s3://photos/2026/raw/"; !strings.HasSuffix(got, want) {
		t.Errorf("the upload command is %q, want it to end with %s", got, want)
	}
}
