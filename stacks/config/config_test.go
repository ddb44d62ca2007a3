package config_test

import (
	"strings"
	"testing"
	"time"

	"batchjobwithlambda/stacks/config"
)

const file = "environments.go"

// valid is the least that makes an environment.
func valid() config.Environment {
	return config.Environment{
		Name:      "dev",
		Pipelines: []config.Pipeline{{Command: []string{"gzip"}}},
	}
}

func TestACommandAndANameMakeAnEnvironment(t *testing.T) {
	environment := valid()
	if err := environment.Validate(file); err != nil {
		t.Fatal(err)
	}
	got := environment.WithDefaults()
	pipeline := got.Pipelines[0]
	if got.Network.Kind != config.Public || got.Compute.MaxVCPUs != 16 || got.Retention.LogDays != 14 ||
		got.Retention.RunDays != 30 {
		t.Errorf("the environment is %+v", got)
	}
	want := config.Pipeline{
		Name:    "main",
		Command: []string{"gzip"},
		Input:   config.Place{Prefix: "input/"},
		Output:  config.Place{Prefix: "output/"},
		Shards:  config.Shards{Max: 10_000, Target: 7*time.Minute + 30*time.Second},
		Job: config.Job{
			VCPU:         1,
			MemoryMiB:    2048,
			Commands:     1,
			Architecture: config.ARM64,
			Attempts:     3,
			AttemptLimit: 15 * time.Minute,
			ObjectLimit:  10 * time.Minute,
		},
		RunLimit:   2 * time.Hour,
		QueueLimit: 30 * time.Minute,
		Priority:   1,
		Inventory:  config.NoInventory,
	}
	pipeline.Command, want.Command = nil, nil
	if got, want := pipeline, want; !equal(got, want) {
		t.Errorf("the pipeline is %+v\nwant %+v", got, want)
	}
	if environment.Pipelines[0].Name != "" {
		t.Error("the defaults were written into the caller's pipelines")
	}
}

func equal(a, b config.Pipeline) bool {
	return a.Name == b.Name && a.Input == b.Input && a.Output == b.Output && a.Shards == b.Shards && a.Job == b.Job &&
		a.RunLimit == b.RunLimit && a.QueueLimit == b.QueueLimit && a.Priority == b.Priority && a.Inventory == b.Inventory &&
		a.Schedule == b.Schedule
}

func TestTheDefaultMemoryIsTheLeastForTheVCPUs(t *testing.T) {
	for vCPU, want := range map[float64]int{0.25: 512, 1: 2048, 16: 32768} {
		environment := valid()
		environment.Pipelines[0].Job.VCPU = vCPU
		if got := environment.WithDefaults().Pipelines[0].Job.MemoryMiB; got != want {
			t.Errorf("%v vCPU: %d MiB, want %d", vCPU, got, want)
		}
	}
}

func TestAnErrorSaysWhereWhatAndWhatIsWanted(t *testing.T) {
	environment := valid()
	environment.Pipelines[0].Job.VCPU = 3
	err := environment.Validate("stacks/environments/environments.go")
	want := "stacks/environments/environments.go: dev: Pipelines[0].Job.VCPU: " +
		"got 3, want one of [0.25 0.5 1 2 4 8 16], which Fargate has"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestEverythingThatIsWrongIsReportedAtOnce(t *testing.T) {
	environment := valid()
	environment.Name = "Dev"
	environment.Network.Kind = "private"
	environment.Pipelines[0].Command = nil
	environment.Pipelines[0].Shards.Max = 20_000
	err := environment.Validate(file)
	if err == nil {
		t.Fatal("it was allowed")
	}
	for _, field := range []string{": Name: ", ": Network.Kind: ", "[0].Command: ", "[0].Shards.Max: "} {
		if !strings.Contains(err.Error(), field) {
			t.Errorf("%s is not in the error:\n%v", field, err)
		}
	}
}

func TestWhatIsAllowedIsAllowed(t *testing.T) {
	for name, change := range map[string]func(*config.Environment){
		"an account and a region": func(e *config.Environment) { e.Account, e.Region = "111122223333", "us-gov-west-1" },
		"a boundary by its name":  func(e *config.Environment) { e.PermissionsBoundary = "developers" },
		"a boundary by its ARN": func(e *config.Environment) {
			e.PermissionsBoundary = "arn:aws:iam::111122223333:policy/team/developers"
		},
		"a qualifier":         func(e *config.Environment) { e.Qualifier = "team1" },
		"tags":                func(e *config.Environment) { e.Tags = map[string]string{"cost-center": "a team + 1"} },
		"an address":          func(e *config.Environment) { e.Notifications.Email = "team@example.com" },
		"an image by version": func(e *config.Environment) { e.Pipelines[0].Image = "python:3.13-slim" },
		"an image by digest": func(e *config.Environment) {
			e.Pipelines[0].Image = "111122223333.dkr.ecr.eu-north-1.amazonaws.com/team/magick@sha256:" + strings.Repeat("0", 64)
		},
		"an image of a registry of one's own": func(e *config.Environment) {
			e.Pipelines[0].Image = "registry.example.org:5000/team/magick:7.1@sha256:" + strings.Repeat("0", 64)
		},
		"existing buckets": func(e *config.Environment) { e.Pipelines[0].Input.Bucket = "photos.example" },
		"all of a bucket of another account": func(e *config.Environment) {
			e.Pipelines[0].Input = config.Place{
				Bucket: "photos", Prefix: config.WholeBucket, Account: "444455556666",
				Key: "arn:aws-us-gov:kms:us-gov-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab",
			}
		},
		"a bucket in another region, of which the requester pays": func(e *config.Environment) {
			e.Pipelines[0].Input = config.Place{
				Bucket: "photos", Account: "444455556666", Region: "eu-west-1", RequesterPays: true,
				Key: "arn:aws:kms:eu-west-1:444455556666:key/k",
			}
		},
		"one prefix, 2 buckets": func(e *config.Environment) { e.Pipelines[0].Output = config.Place{Bucket: "out", Prefix: "input/"} },
		"a pipeline that works on another's outputs": func(e *config.Environment) {
			first := e.Pipelines[0]
			first.Output = config.Place{Bucket: "shared", Prefix: "thumbnails/"}
			second := e.Pipelines[0]
			second.Name, second.Input = "index", first.Output
			e.Pipelines = []config.Pipeline{first, second}
		},
	} {
		t.Run(name, func(t *testing.T) {
			environment := valid()
			change(&environment)
			if err := environment.Validate(file); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAnUnknownEnvironmentIsRefusedWithThoseThereAre(t *testing.T) {
	list := config.List{File: file, Environments: []config.Environment{valid()}}
	_, err := list.Named("staging")
	want := `environment: got "staging", want dev: add one to environments.go, or choose one with -c env=dev`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestAStateOutlastsItsFunction(t *testing.T) {
	pipeline := valid().WithDefaults().Pipelines[0]
	for _, inventory := range []config.Inventory{config.NoInventory, config.Daily} {
		pipeline.Inventory = inventory
		if pipeline.InvokeLimit() <= pipeline.FunctionLimit() {
			t.Errorf("a state waits %s for a function of %s", pipeline.InvokeLimit(), pipeline.FunctionLimit())
		}
	}
}

func TestAnInventoryGivesTheFunctionsMoreTimeAndTheJobLess(t *testing.T) {
	pipeline := valid().WithDefaults().Pipelines[0]
	pipeline.RunLimit = 2 * time.Hour
	if pipeline.FunctionLimit() != 5*time.Minute || pipeline.SubmitLimit() != 100*time.Minute {
		t.Errorf("functions %s, job %s", pipeline.FunctionLimit(), pipeline.SubmitLimit())
	}
	pipeline.Inventory = config.Weekly
	if pipeline.FunctionLimit() != 15*time.Minute || pipeline.SubmitLimit() != 80*time.Minute {
		t.Errorf("with an inventory: functions %s, job %s", pipeline.FunctionLimit(), pipeline.SubmitLimit())
	}
}

func TestABatchHasBytesByDefaultAndTimeToTryEachObjectAlone(t *testing.T) {
	environment := valid()
	batch(config.Batch{Objects: 50})(&environment.Pipelines[0])
	if err := environment.Validate(file); err != nil {
		t.Fatal(err)
	}
	got := environment.WithDefaults().Pipelines[0].Job
	if got.Batch != (config.Batch{Objects: 50, Bytes: 256 << 20}) || got.ObjectLimit != 5*time.Minute {
		t.Errorf("got %+v", got)
	}
}
