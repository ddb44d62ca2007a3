package config_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"batchjobwithlambda/stacks/config"
)

// Each name begins with the field that the error must be about, and about nothing else.
func TestWhatAWSWouldRefuseLaterIsRefusedNow(t *testing.T) {
	for name, change := range map[string]func(*config.Environment){
		"Name: upper case":                         func(e *config.Environment) { e.Name = "Dev" },
		"Name: too long":                           func(e *config.Environment) { e.Name = strings.Repeat("d", 21) },
		"Account: too short":                       func(e *config.Environment) { e.Account = "1111" },
		"Region: a zone":                           func(e *config.Environment) { e.Region = "eu-north-1a" },
		"Compute.MaxVCPUs: above":                  func(e *config.Environment) { e.Compute.MaxVCPUs = 10_001 },
		"Compute.MaxOnDemandVCPUs: below":          func(e *config.Environment) { e.Compute.MaxOnDemandVCPUs = -1 },
		"Compute.MaxOnDemandVCPUs: above":          func(e *config.Environment) { e.Compute.MaxOnDemandVCPUs = 10_001 },
		"Region: of a partition without a console": func(e *config.Environment) { e.Region = "us-iso-east-1" },
		"Retention.LogDays: not CloudWatch's":      func(e *config.Environment) { e.Retention.LogDays = 10 },
		"Retention.RunDays: below":                 func(e *config.Environment) { e.Retention.RunDays = -1 },
		"Security.FunctionConcurrency: one":        func(e *config.Environment) { e.Security.FunctionConcurrency = 1 },
		"Notifications.Email: no address":          func(e *config.Environment) { e.Notifications.Email = "nobody" },
		"Notifications.Email: with a name":         func(e *config.Environment) { e.Notifications.Email = "A <a@example.com>" },
		"PermissionsBoundary: a role":              func(e *config.Environment) { e.PermissionsBoundary = "arn:aws:iam::111122223333:role/x" },
		"Qualifier: too long":                      func(e *config.Environment) { e.Qualifier = "eleven00000" },
		`Tags["aws:x"]: AWS's own`:                 func(e *config.Environment) { e.Tags = map[string]string{"aws:x": "y"} },
		`Tags["run"]: the pipeline's own`:          func(e *config.Environment) { e.Tags = map[string]string{"run": "y"} },
		`Tags["x"]: a character`:                   func(e *config.Environment) { e.Tags = map[string]string{"x": "a;b"} },
		"Pipelines: none":                          func(e *config.Environment) { e.Pipelines = nil },
	} {
		t.Run(name, func(t *testing.T) {
			environment := valid()
			change(&environment)
			wantErrorAbout(t, environment, ": ", name)
		})
	}
}

// batch makes the pipeline's command one for many objects.
func batch(b config.Batch) func(*config.Pipeline) {
	return func(p *config.Pipeline) { p.Command, p.Job.Batch = []string{"cp", "{in...}", "{outdir}"}, b }
}

func TestWhatIsWrongInAPipelineIsRefused(t *testing.T) {
	for name, change := range map[string]func(*config.Pipeline){
		"Name: a hyphen before a digit":              func(p *config.Pipeline) { p.Name = "a-1" },
		"Command: none":                              func(p *config.Pipeline) { p.Command = nil },
		"Command: empty":                             func(p *config.Pipeline) { p.Command = []string{""} },
		"Command: a parameter of Batch":              func(p *config.Pipeline) { p.Command = []string{"echo", "Ref::x"} },
		"Command: a file and a folder of outputs":    func(p *config.Pipeline) { p.Command = []string{"cp", "{in}", "{out}", "{outdir}"} },
		"Command: many objects without a folder":     func(p *config.Pipeline) { p.Command = []string{"cat", "{in...}"} },
		"Job.Batch.Objects: many objects without it": func(p *config.Pipeline) { p.Command = []string{"cp", "{in...}", "{outdir}"} },
		"Job.Batch.Objects: one":                     batch(config.Batch{Objects: 1}),
		"Job.Batch.Objects: too many":                batch(config.Batch{Objects: 101}),
		"Job.Batch.Bytes: negative":                  batch(config.Batch{Objects: 2, Bytes: -1}),
		"Job.Batch: a command for one object":        func(p *config.Pipeline) { p.Job.Batch.Objects = 2 },
		"Job.ObjectLimit: no time to try alone": func(p *config.Pipeline) {
			batch(config.Batch{Objects: 2})(p)
			p.Job.ObjectLimit = 7*time.Minute + 30*time.Second // Half of an attempt.
		},
		"MonthlyDollars: below":                        func(p *config.Pipeline) { p.MonthlyDollars = -1 },
		"Command: a parameter without a default":       func(p *config.Pipeline) { p.Command = []string{"cp", "{param.x}"} },
		"Command: too long with its parameters":        parameters(map[string]string{"x": strings.Repeat("x", 1024)}, "cp", "{param.x}"),
		"Command: a parameter that makes one of Batch": parameters(map[string]string{"x": "Ref::y"}, "cp", "{param.x}"),
		`Parameters["y"]: not in the command`:          parameters(map[string]string{"x": "1", "y": "2"}, "cp", "{param.x}"),
		"Command: too long":                            func(p *config.Pipeline) { p.Command = []string{strings.Repeat("x", 1024)} },
		"Image: no version":                            func(p *config.Pipeline) { p.Image = "public.ecr.aws/docker/library/python" },
		"Image: no version, but a port":                func(p *config.Pipeline) { p.Image = "registry.example.org:5000/python" },
		"Image: the latest":                            func(p *config.Pipeline) { p.Image = "python:latest" },
		"Image: an address":                            func(p *config.Pipeline) { p.Image = "https://public.ecr.aws/a:1" },
		"Image: a second line":                         func(p *config.Pipeline) { p.Image = "python:3.13\nRUN true" },
		"Image: a digest too short":                    func(p *config.Pipeline) { p.Image = "python@sha256:12" },
		"Input.Bucket: upper case":                     func(p *config.Pipeline) { p.Input.Bucket = "Photos" },
		"Input.Bucket: an address":                     func(p *config.Pipeline) { p.Input.Bucket = "s3://photos" },
		"Input.Prefix: no slash":                       func(p *config.Pipeline) { p.Input.Prefix = "input" },
		"Input.Prefix: a wildcard":                     func(p *config.Pipeline) { p.Input.Prefix = "in*/" },
		"Input.Prefix: a variable of IAM":              func(p *config.Pipeline) { p.Input.Prefix = "${aws:username}/" },
		"Input.Prefix: the files of runs":              func(p *config.Pipeline) { p.Input.Prefix = "runs/" },
		"Input.Prefix: the files of the command": func(p *config.Pipeline) {
			p.Command, p.Input.Prefix = []string{"grep", "-f", "{files}/words", "{in}"}, "files/"
		},
		"Output.Prefix: lists":                        func(p *config.Pipeline) { p.Output.Prefix = "lists/x/" },
		"Output.Prefix: the input":                    func(p *config.Pipeline) { p.Output.Prefix = "input/" },
		"Output.Prefix: within the input":             func(p *config.Pipeline) { p.Output.Prefix = "input/x/" },
		"Output.Prefix: around the input":             func(p *config.Pipeline) { p.Input.Prefix, p.Output.Prefix = "a/b/", "a/" },
		"Output.Prefix: within runs":                  func(p *config.Pipeline) { p.Output.Prefix = "runs/x/" },
		"Input.Prefix: all of the stack's own bucket": func(p *config.Pipeline) { p.Input.Prefix = config.WholeBucket },
		"Output.Prefix: within the bucket that is the input": func(p *config.Pipeline) {
			p.Input = config.Place{Bucket: "photos", Prefix: config.WholeBucket}
			p.Output = config.Place{Bucket: "photos", Prefix: "thumbnails/"}
		},
		"Output.Prefix: the bucket that has the input": func(p *config.Pipeline) {
			p.Input = config.Place{Bucket: "photos", Prefix: "raw/"}
			p.Output = config.Place{Bucket: "photos", Prefix: config.WholeBucket}
		},
		"Input.Account: of the stack's own bucket": func(p *config.Pipeline) { p.Input.Account = "444455556666" },
		"Output.Account: too short": func(p *config.Pipeline) {
			p.Output.Bucket, p.Output.Account = "photos", "4444"
		},
		"Input.Region: of the stack's own bucket": func(p *config.Pipeline) { p.Input.Region = "eu-west-1" },
		"Input.Region: a zone": func(p *config.Pipeline) {
			p.Input.Bucket, p.Input.Region = "photos", "eu-west-1a"
		},
		"Input.Key: of another region than its bucket": func(p *config.Pipeline) {
			p.Input.Bucket, p.Input.Region = "photos", "eu-west-1"
			p.Input.Key = "arn:aws:kms:eu-north-1:444455556666:key/k"
		},
		"Input.RequesterPays: of the account's own bucket": func(p *config.Pipeline) {
			p.Input.Bucket, p.Input.RequesterPays = "photos", true
		},
		"Output: in another region than the input in the same bucket": func(p *config.Pipeline) {
			p.Input = config.Place{Bucket: "photos", Prefix: "raw/", Region: "eu-west-1"}
			p.Output = config.Place{Bucket: "photos", Prefix: "thumbnails/"}
		},
		"Input.Key: of the stack's own bucket": func(p *config.Pipeline) {
			p.Input.Key = "arn:aws:kms:eu-north-1:444455556666:key/k"
		},
		"Input.Key: an alias": func(p *config.Pipeline) {
			p.Input.Bucket, p.Input.Key = "photos", "arn:aws:kms:eu-north-1:444455556666:alias/k"
		},
		"Output.Key: its id alone":            func(p *config.Pipeline) { p.Output.Bucket, p.Output.Key = "photos", "k" },
		"Variables: a name that no shell has": func(p *config.Pipeline) { p.Variables = map[string]string{"api-url": "x"} },
		"Variables: the object's key":         func(p *config.Pipeline) { p.Variables = map[string]string{"OBJECT_KEY": "x"} },
		"Variables: a NUL":                    func(p *config.Pipeline) { p.Variables = map[string]string{"TEXT": "a\x00"} },
		"Secrets: a name of a variable": func(p *config.Pipeline) {
			p.Variables = map[string]string{"API_KEY": "x"}
			p.Secrets = map[string]string{"API_KEY": secretARN}
		},
		"Secrets: the object's key":                   func(p *config.Pipeline) { p.Secrets = map[string]string{"OBJECT_KEY": secretARN} },
		"Secrets: a value":                            func(p *config.Pipeline) { p.Secrets = map[string]string{"API_KEY": "s3cr3t"} },
		"Secrets: a wildcard":                         func(p *config.Pipeline) { p.Secrets = map[string]string{"API_KEY": secretARN + "*"} },
		"Secrets: no secret, but a bucket":            func(p *config.Pipeline) { p.Secrets = map[string]string{"API_KEY": "arn:aws:s3:::bucket"} },
		"OutputSuffix: a slash":                       func(p *config.Pipeline) { p.OutputSuffix = "/x" },
		"StoreAs.Class: of no bucket":                 func(p *config.Pipeline) { p.StoreAs.Class = "EXPRESS_ONEZONE" },
		"StoreAs.Class: advised against":              func(p *config.Pipeline) { p.StoreAs.Class = "REDUCED_REDUNDANCY" },
		"StoreAs.Tags: too many":                      func(p *config.Pipeline) { p.StoreAs.Tags = tags(11, "x") },
		"StoreAs.Tags: too long together":             func(p *config.Pipeline) { p.StoreAs.Tags = tags(10, strings.Repeat("x", 256)) },
		`StoreAs.Tags["aws:x"]: AWS's own`:            func(p *config.Pipeline) { p.StoreAs.Tags = map[string]string{"aws:x": "y"} },
		`StoreAs.Tags["x"]: a character`:              func(p *config.Pipeline) { p.StoreAs.Tags = map[string]string{"x": "a;b"} },
		"StoreAs.CacheControl: a second line":         func(p *config.Pipeline) { p.StoreAs.CacheControl = "no-store\nX: y" },
		"Shards.Max: below":                           func(p *config.Pipeline) { p.Shards.Max = -1 },
		"Shards.Max: more than an array":              func(p *config.Pipeline) { p.Shards.Max = 10_001 },
		"Shards.Target: below a minute":               func(p *config.Pipeline) { p.Shards.Target = 59 * time.Second },
		"Shards.Target: above half of AttemptLimit":   func(p *config.Pipeline) { p.Shards.Target = p.Job.AttemptLimit/2 + time.Second },
		"Shards.Bytes: below":                         func(p *config.Pipeline) { p.Shards.Bytes = -1 },
		"Job.VCPU: not Fargate's":                     func(p *config.Pipeline) { p.Job.VCPU = 3 },
		"Job.MemoryMiB: too little":                   func(p *config.Pipeline) { p.Job.MemoryMiB = 1024 },
		"Job.ScratchGiB: Fargate's own":               func(p *config.Pipeline) { p.Job.ScratchGiB = 20 },
		"Job.ScratchGiB: too much":                    func(p *config.Pipeline) { p.Job.ScratchGiB = 201 },
		"Job.Architecture: unknown":                   func(p *config.Pipeline) { p.Job.Architecture = "riscv" },
		"Job.Attempts: below":                         func(p *config.Pipeline) { p.Job.Attempts = -1 },
		"Job.Attempts: too many":                      func(p *config.Pipeline) { p.Job.Attempts = 11; p.RunLimit = 24 * time.Hour },
		"Job.AttemptLimit: too short":                 func(p *config.Pipeline) { p.Job.AttemptLimit = 59 * time.Second },
		"Job.AttemptLimit: half a second":             func(p *config.Pipeline) { p.Job.AttemptLimit = 60*time.Second + 500*time.Millisecond },
		"Job.ObjectLimit: too short":                  func(p *config.Pipeline) { p.Job.ObjectLimit = time.Second / 2 },
		"Job.ObjectLimit: half a second":              func(p *config.Pipeline) { p.Job.ObjectLimit = 1500 * time.Millisecond },
		"Job.ObjectLimit: no shorter than an attempt": func(p *config.Pipeline) { p.Job.ObjectLimit = 15 * time.Minute },
		"RunLimit: too short for the parts":           func(p *config.Pipeline) { p.RunLimit = 95*time.Minute - time.Second },
		"RunLimit: too short for inventories":         func(p *config.Pipeline) { p.Inventory = config.Daily; p.RunLimit = 115*time.Minute - time.Second },
		"RunLimit: no time for the queue":             func(p *config.Pipeline) { p.QueueLimit = time.Hour },
		"RunLimit: more than a year":                  func(p *config.Pipeline) { p.RunLimit = 366 * 24 * time.Hour },
		"QueueLimit: too short":                       func(p *config.Pipeline) { p.QueueLimit = 9 * time.Minute },
		"QueueLimit: too long":                        func(p *config.Pipeline) { p.QueueLimit, p.RunLimit = 25*time.Hour, 30*time.Hour },
		"Priority: below":                             func(p *config.Pipeline) { p.Priority = -1 },
		"Priority: above":                             func(p *config.Pipeline) { p.Priority = 1001 },
		"ToleratedFailurePercentage: below":           func(p *config.Pipeline) { p.ToleratedFailurePercentage = -1 },
		"ToleratedFailurePercentage: above":           func(p *config.Pipeline) { p.ToleratedFailurePercentage = 100.5 },
		"Inventory: unknown":                          func(p *config.Pipeline) { p.Inventory = "hourly" },
		"Inventory: of an existing bucket": func(p *config.Pipeline) {
			p.Inventory, p.Input.Bucket, p.RunLimit = config.Daily, "photos", 2*time.Hour
		},
	} {
		t.Run(name, func(t *testing.T) {
			environment := valid()
			change(&environment.Pipelines[0])
			wantErrorAbout(t, environment, ": Pipelines[0].", name)
		})
	}
}

func TestAJobThatNeedsMoreThanMayRunAtOnceIsRefused(t *testing.T) {
	environment := valid()
	environment.Compute.MaxVCPUs = 2
	environment.Pipelines[0].Job.VCPU = 4
	wantErrorAbout(t, environment, ": Pipelines[0].", "Job.VCPU")
}

// A bucket encrypts with a key of its own region, and a pipeline's buckets are in that of its stack.
func TestAKeyOfAnotherRegionThanThatOfTheStackIsRefused(t *testing.T) {
	environment := valid()
	environment.Region = "eu-north-1"
	environment.Pipelines[0].Input.Bucket = "photos"
	environment.Pipelines[0].Input.Key = "arn:aws:kms:us-east-1:444455556666:key/k"
	wantErrorAbout(t, environment, ": Pipelines[0].", "Input.Key")
	environment.Region = "us-east-1"
	if err := environment.Validate(file); err != nil {
		t.Errorf("of the same region: %v", err)
	}
}

// twoPipelines has two pipelines that write to one bucket.
func twoPipelines(name, prefix string) config.Environment {
	environment := valid()
	first := environment.Pipelines[0]
	first.Name, first.Output = "a", config.Place{Bucket: "shared", Prefix: "out/a/"}
	second := first
	second.Name, second.Output.Prefix = name, prefix
	environment.Pipelines = []config.Pipeline{first, second}
	return environment
}

func TestPipelinesHaveNamesOfTheirOwnAndDoNotWriteToOnePlace(t *testing.T) {
	for field, environment := range map[string]config.Environment{
		"Name: the other's":          twoPipelines("a", "out/b/"),
		"Output: the other's":        twoPipelines("b", "out/a/"),
		"Output: within the other's": twoPipelines("b", "out/a/deeper/"),
		"Output: around the other's": twoPipelines("b", "out/"),
	} {
		t.Run(field, func(t *testing.T) { wantErrorAbout(t, environment, ": Pipelines[1].", field) })
	}
	if err := twoPipelines("b", "out/b/").Validate(file); err != nil {
		t.Errorf("side by side: %v", err)
	}
}

func wantErrorAbout(t *testing.T, environment config.Environment, where, name string) {
	t.Helper()
	err := environment.Validate(file)
	if err == nil {
		t.Fatal("it was allowed")
	}
	field, _, _ := strings.Cut(name, ": ")
	if !strings.Contains(err.Error(), where+field+": ") || strings.Contains(err.Error(), "\n") {
		t.Errorf("the error is not about %s alone: %v", field, err)
	}
}

// tags are so many tags with the value.
func tags(number int, value string) map[string]string {
	tags := map[string]string{}
	for i := range number {
		tags[fmt.Sprint("key", i)] = value
	}
	return tags
}

func parameters(values map[string]string, command ...string) func(*config.Pipeline) {
	return func(p *config.Pipeline) { p.Command, p.Parameters = command, values }
}

const secretARN = "arn:aws:secretsmanager:eu-north-1:111122223333:secret:signing/key-AbCdEf"

func TestSecretsOfBothServicesAreAllowed(t *testing.T) {
	for _, arn := range []string{
		secretARN,
		secretARN + ":password::",
		"arn:aws-us-gov:ssm:us-gov-west-1:111122223333:parameter/team/signing-key",
	} {
		environment := valid()
		environment.Pipelines[0].Secrets = map[string]string{"API_KEY": arn}
		if err := environment.Validate(file); err != nil {
			t.Errorf("%s: %v", arn, err)
		}
	}
}

func TestAValueInPlaceOfASecretsARNIsNotRepeated(t *testing.T) {
	environment := valid()
	environment.Pipelines[0].Secrets = map[string]string{"API_KEY": "s3cr3t"}
	if err := environment.Validate(file); err == nil || strings.Contains(err.Error(), "s3cr3t") {
		t.Errorf("got %v, want an error without the value", err)
	}
}
