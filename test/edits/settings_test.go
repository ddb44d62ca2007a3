package edits

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"batchjobwithlambda/stacks/config"
)

// edited is the environment that each edit starts from: all settings are at their defaults.
var edited = config.Environment{
	Name:      "edited",
	Pipelines: []config.Pipeline{{Command: []string{"cat"}}},
}

// batch has the command work on many objects at once.
func batch(p *config.Pipeline) {
	p.Command, p.Job.Batch.Objects = []string{"cp", "{in...}", "{outdir}"}, 10
}

// edits are an edit of every setting, by the setting's name.
var edits = map[string]func(*config.Environment){
	"Network.Kind":           func(e *config.Environment) { e.Network.Kind = config.Isolated },
	"Network.Zones":          func(e *config.Environment) { e.Network.Zones = []string{"eun1-az2", "eun1-az3"} },
	"Network.GatewayPerZone": func(e *config.Environment) { e.Network.GatewayPerZone = true },
	"Network.VPC":            func(e *config.Environment) { e.Network.VPC = "vpc-0123456789abcdef1" },
	"Network.Subnets": func(e *config.Environment) {
		e.Network.Subnets = []string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"}
	},
	"Network.SecurityGroups":  func(e *config.Environment) { e.Network.SecurityGroups = []string{"sg-0123456789abcdef0"} },
	"Network.PublicAddresses": func(e *config.Environment) { e.Network.PublicAddresses = true },
	"Network.Proxy":           func(e *config.Environment) { e.Network.Proxy = "http://10.0.0.10:3128" },

	"Compute.Kind":                 func(e *config.Environment) { e.Compute.Kind = config.EC2Spot },
	"Compute.Instances":            func(e *config.Environment) { e.Compute.Instances = []string{"c7gd"} },
	"Compute.DiskGiB":              func(e *config.Environment) { e.Compute.DiskGiB = 500 },
	"Compute.MaxVCPUs":             func(e *config.Environment) { e.Compute.MaxVCPUs = 32 },
	"Compute.MaxOnDemandVCPUs":     func(e *config.Environment) { e.Compute.MaxOnDemandVCPUs = 8 },
	"Retention.LogDays":            func(e *config.Environment) { e.Retention.LogDays = 30 },
	"Retention.RunDays":            func(e *config.Environment) { e.Retention.RunDays = 60 },
	"Retention.Versioned":          func(e *config.Environment) { e.Retention.Versioned = true },
	"Retention.KeepData":           func(e *config.Environment) { e.Retention.KeepData = true },
	"Retention.Protected":          func(e *config.Environment) { e.Retention.Protected = true },
	"Security.CustomerKey":         func(e *config.Environment) { e.Security.CustomerKey = true },
	"Security.AuditLogs":           func(e *config.Environment) { e.Security.AuditLogs = true },
	"Security.FunctionConcurrency": func(e *config.Environment) { e.Security.FunctionConcurrency = 5 },
	"Notifications.Email":          func(e *config.Environment) { e.Notifications.Email = "who@example.com" },
	"Notifications.Chat":           func(e *config.Environment) { e.Notifications.Chat = true },
	"Alarms":                       func(e *config.Environment) { e.Alarms = true },
	"NoDashboard":                  func(e *config.Environment) { e.NoDashboard = true },
	"Tags":                         func(e *config.Environment) { e.Tags = map[string]string{"team": "blue"} },
	"PermissionsBoundary":          func(e *config.Environment) { e.PermissionsBoundary = "developers" },
	"Qualifier":                    func(e *config.Environment) { e.Qualifier = "team1" },

	"Pipelines.Name":    first(func(p *config.Pipeline) { p.Name = "other" }),
	"Pipelines.Command": first(func(p *config.Pipeline) { p.Command = []string{"gzip"} }),
	"Pipelines.Parameters": first(func(p *config.Pipeline) {
		p.Command, p.Parameters = []string{"head", "-c", "{param.bytes}"}, map[string]string{"bytes": "16"}
	}),
	"Pipelines.Variables": first(func(p *config.Pipeline) { p.Variables = map[string]string{"LANG": "C"} }),
	"Pipelines.Secrets": first(func(p *config.Pipeline) {
		p.Secrets = map[string]string{"API_KEY": "arn:aws:secretsmanager:eu-north-1:111122223333:secret:key-AbCdEf"}
	}),
	"Pipelines.Image":        first(func(p *config.Pipeline) { p.Image = "python:3.13-slim" }),
	"Pipelines.Input.Bucket": first(func(p *config.Pipeline) { p.Input.Bucket = "existing-inputs" }),
	"Pipelines.Input.Prefix": first(func(p *config.Pipeline) { p.Input.Prefix = "raw/" }),
	"Pipelines.Input.Account": first(func(p *config.Pipeline) {
		p.Input.Bucket, p.Input.Account = "existing-inputs", "444455556666"
	}),
	"Pipelines.Input.Key": first(func(p *config.Pipeline) {
		p.Input.Bucket, p.Input.Key = "existing-inputs", "arn:aws:kms:eu-north-1:444455556666:key/inputs"
	}),
	"Pipelines.Input.Region": first(func(p *config.Pipeline) {
		p.Input.Bucket, p.Input.Region = "existing-inputs", "eu-west-1"
	}),
	"Pipelines.Input.RequesterPays": first(func(p *config.Pipeline) {
		p.Input.Bucket, p.Input.Account, p.Input.RequesterPays = "existing-inputs", "444455556666", true
	}),
	"Pipelines.Output.Region": first(func(p *config.Pipeline) {
		p.Output.Bucket, p.Output.Region = "existing-outputs", "eu-west-1"
	}),
	"Pipelines.Output.RequesterPays": first(func(p *config.Pipeline) {
		p.Output.Bucket, p.Output.Account, p.Output.RequesterPays = "existing-outputs", "444455556666", true
	}),
	"Pipelines.Output.Account": first(func(p *config.Pipeline) {
		p.Output.Bucket, p.Output.Account = "existing-outputs", "444455556666"
	}),
	"Pipelines.Output.Key": first(func(p *config.Pipeline) {
		p.Output.Bucket, p.Output.Key = "existing-outputs", "arn:aws:kms:eu-north-1:444455556666:key/outputs"
	}),
	"Pipelines.Output.Bucket":         first(func(p *config.Pipeline) { p.Output.Bucket = "existing-outputs" }),
	"Pipelines.Output.Prefix":         first(func(p *config.Pipeline) { p.Output.Prefix = "made/" }),
	"Pipelines.OutputSuffix":          first(func(p *config.Pipeline) { p.OutputSuffix = ".txt" }),
	"Pipelines.StoreAs.Class":         first(func(p *config.Pipeline) { p.StoreAs.Class = "STANDARD_IA" }),
	"Pipelines.StoreAs.Tags":          first(func(p *config.Pipeline) { p.StoreAs.Tags = map[string]string{"team": "blue"} }),
	"Pipelines.StoreAs.CacheControl":  first(func(p *config.Pipeline) { p.StoreAs.CacheControl = "no-store" }),
	"Pipelines.StoreAs.InputMetadata": first(func(p *config.Pipeline) { p.StoreAs.InputMetadata = true }),
	"Pipelines.Shards.Max":            first(func(p *config.Pipeline) { p.Shards.Max = 50 }),
	"Pipelines.Shards.Target":         first(func(p *config.Pipeline) { p.Shards.Target = 3 * time.Minute }),
	"Pipelines.Shards.Bytes":          first(func(p *config.Pipeline) { p.Shards.Bytes = 8 << 20 }),
	"Pipelines.Job.VCPU":              first(func(p *config.Pipeline) { p.Job.VCPU = 2 }),
	"Pipelines.Job.MemoryMiB":         first(func(p *config.Pipeline) { p.Job.MemoryMiB = 4096 }),
	"Pipelines.Job.GPUs": func(e *config.Environment) {
		e.Compute.Instances = []string{"g5"}
		e.Pipelines[0].Job.GPUs, e.Pipelines[0].Job.Architecture = 1, config.X86
	},
	"Pipelines.Job.Commands":      first(func(p *config.Pipeline) { p.Job.Commands = 2 }),
	"Pipelines.Job.ScratchGiB":    first(func(p *config.Pipeline) { p.Job.ScratchGiB = 100 }),
	"Pipelines.Job.Architecture":  first(func(p *config.Pipeline) { p.Job.Architecture = config.X86 }),
	"Pipelines.Job.Attempts":      first(func(p *config.Pipeline) { p.Job.Attempts = 2 }),
	"Pipelines.Job.AttemptLimit":  first(func(p *config.Pipeline) { p.Job.AttemptLimit = 10 * time.Minute }),
	"Pipelines.Job.ObjectLimit":   first(func(p *config.Pipeline) { p.Job.ObjectLimit = 5 * time.Minute }),
	"Pipelines.Job.Batch.Objects": first(batch),
	"Pipelines.Job.Batch.Bytes": first(func(p *config.Pipeline) {
		batch(p)
		p.Job.Batch.Bytes = 1 << 20
	}),
	"Pipelines.Job.Large.VCPU": first(func(p *config.Pipeline) {
		p.Job.Large, p.RunLimit = config.Large{VCPU: 2, MemoryMiB: 4096 * 3}, 0
	}),
	"Pipelines.Job.Large.MemoryMiB": first(func(p *config.Pipeline) {
		p.Job.Large, p.RunLimit = config.Large{VCPU: 2, MemoryMiB: 8192}, 0
	}),
	"Pipelines.RunLimit":                   first(func(p *config.Pipeline) { p.RunLimit = 3 * time.Hour }),
	"Pipelines.QueueLimit":                 first(func(p *config.Pipeline) { p.QueueLimit = 20 * time.Minute }),
	"Pipelines.Priority":                   first(func(p *config.Pipeline) { p.Priority = 2 }),
	"Pipelines.ToleratedFailurePercentage": first(func(p *config.Pipeline) { p.ToleratedFailurePercentage = 5 }),
	"Pipelines.MonthlyDollars":             first(func(p *config.Pipeline) { p.MonthlyDollars = 100 }),
	"Pipelines.Inventory":                  first(func(p *config.Pipeline) { p.Inventory = config.Weekly }),
	"Pipelines.Arrivals.Every":             first(func(p *config.Pipeline) { p.Arrivals.Every = 5 * time.Minute }),
	"Pipelines.Schedule.Expression":        first(func(p *config.Pipeline) { p.Schedule.Expression = "rate(1 day)" }),
	"Pipelines.Schedule.TimeZone": first(func(p *config.Pipeline) {
		p.Schedule = config.Schedule{Expression: "cron(0 2 * * ? *)", TimeZone: "Europe/Stockholm"}
	}),
	"Pipelines.Schedule.Input": first(func(p *config.Pipeline) {
		p.Schedule = config.Schedule{Expression: "rate(1 day)", Input: `{"limit": 10}`}
	}),
}

func first(edit func(*config.Pipeline)) func(*config.Environment) {
	return func(e *config.Environment) { edit(&e.Pipelines[0]) }
}

// otherStack are the settings whose edit names another stack, which changes nothing of the
// one that is there.
var otherStack = []string{"Name", "Account", "Region"}

// starts are what must be set before some settings can be.
var starts = map[string]func(*config.Environment){
	"Network.GatewayPerZone":  func(e *config.Environment) { e.Network.Kind = config.NAT },
	"Network.VPC":             existing,
	"Network.Subnets":         existing,
	"Network.SecurityGroups":  existing,
	"Network.PublicAddresses": existing,
	"Compute.Instances":       onEC2,
	"Compute.DiskGiB":         onEC2,
	"Pipelines.Job.GPUs":      onEC2,
	"Network.Proxy": func(e *config.Environment) {
		existing(e)
		e.Network.SecurityGroups = []string{"sg-0123456789abcdef0"}
	},
}

// onEC2 has jobs run on EC2.
func onEC2(e *config.Environment) { e.Compute.Kind = config.EC2Spot }

// existing moves the environment into an existing network.
func existing(e *config.Environment) {
	e.Network = config.Network{
		Kind:    config.Existing,
		VPC:     "vpc-0123456789abcdef0",
		Subnets: []string{"subnet-0123456789abcdef0"},
	}
}

// start is the environment before an edit.
func start(setting string) config.Environment {
	e := edited
	e.Pipelines = slices.Clone(edited.Pipelines)
	if set := starts[setting]; set != nil {
		set(&e)
	}
	return e
}

// after is the environment after an edit.
func after(setting string) config.Environment {
	e := start(setting)
	edits[setting](&e)
	return e
}

func TestThereIsAnEditOfEverySetting(t *testing.T) {
	settings := leaves("", reflect.TypeFor[config.Environment]())
	for _, setting := range settings {
		if edits[setting] == nil && !slices.Contains(otherStack, setting) {
			t.Errorf("setting %s has no edit in test/edits/settings_test.go, so nobody knows what a change of it does", setting)
		}
	}
	for setting := range edits {
		if !slices.Contains(settings, setting) {
			t.Errorf("there is no setting %s", setting)
		}
		if reflect.DeepEqual(after(setting), start(setting)) {
			t.Errorf("the edit of %s changes nothing", setting)
		}
	}
}

// leaves are the names of all settings of a type.
func leaves(path string, of reflect.Type) []string {
	switch {
	case of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Struct:
		return leaves(path, of.Elem())
	case of.Kind() != reflect.Struct:
		return []string{strings.TrimPrefix(path, ".")}
	}
	var all []string
	for field := range of.Fields() {
		all = append(all, leaves(path+"."+field.Name, field.Type)...)
	}
	return all
}
