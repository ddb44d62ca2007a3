package stacks

import (
	"strings"
	"testing"
	"time"
)

func TestTheEnvironmentsAreValid(t *testing.T) {
	for _, config := range environments {
		if err := config.Validate(); err != nil {
			t.Errorf("%s: %v", config.Environment, err)
		}
	}
}

func TestAnErrorSaysWhereWhatAndWhatIsAllowed(t *testing.T) {
	config := environments[0]
	config.Job.MemoryMiB = 777
	err := config.Validate()
	if err == nil {
		t.Fatal("777 MiB was allowed")
	}
	want := `stacks/environments.go: dev: Job.MemoryMiB: 777 is not allowed: give for 1 vCPU one of [2048 3072 4096 5120 6144 7168 8192]`
	if err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
}

func TestEverythingThatIsWrongIsReportedAtOnce(t *testing.T) {
	config := environments[0]
	config.Command = nil
	config.Shards.Max = 20_000
	config.Job.Attempts = 11
	err := config.Validate()
	if err == nil {
		t.Fatal("it was allowed")
	}
	for _, field := range []string{"Command", "Shards.Max", "Job.Attempts"} {
		if !strings.Contains(err.Error(), field) {
			t.Errorf("%s is not in the error:\n%v", field, err)
		}
	}
}

func TestWhatAWSWouldRefuseLaterIsRefusedNow(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"Environment: upper case":             func(c *Config) { c.Environment = "Dev" },
		"Environment: too long":               func(c *Config) { c.Environment = strings.Repeat("d", 21) },
		"Command: empty":                      func(c *Config) { c.Command = []string{""} },
		"Command: a parameter of Batch":       func(c *Config) { c.Command = []string{"echo", "Ref::x"} },
		"Command: too long":                   func(c *Config) { c.Command = []string{strings.Repeat("x", 1024)} },
		"InputPrefix: no slash":               func(c *Config) { c.InputPrefix = "input" },
		"InputPrefix: empty":                  func(c *Config) { c.InputPrefix = "" },
		"InputPrefix: a wildcard":             func(c *Config) { c.InputPrefix = "in*/" },
		"InputPrefix: a variable of IAM":      func(c *Config) { c.InputPrefix = "${aws:username}/" },
		"OutputPrefix: the input":             func(c *Config) { c.OutputPrefix = c.InputPrefix },
		"OutputPrefix: within the input":      func(c *Config) { c.OutputPrefix = c.InputPrefix + "x/" },
		"OutputPrefix: the files of runs":     func(c *Config) { c.OutputPrefix = "runs/" },
		"OutputSuffix: a slash":               func(c *Config) { c.OutputSuffix = "/x" },
		"Shards.Max: none":                    func(c *Config) { c.Shards.Max = 0 },
		"Shards.Max: more than an array":      func(c *Config) { c.Shards.Max = 10_001 },
		"Shards.Bytes: none":                  func(c *Config) { c.Shards.Bytes = 0 },
		"Job.VCPU: not Fargate's":             func(c *Config) { c.Job.VCPU = 3 },
		"Job.MemoryMiB: too little":           func(c *Config) { c.Job.MemoryMiB = 1024 },
		"Job.Architecture: unknown":           func(c *Config) { c.Job.Architecture = "riscv" },
		"Job.Attempts: none":                  func(c *Config) { c.Job.Attempts = 0 },
		"Job.Attempts: too many":              func(c *Config) { c.Job.Attempts = 11; c.RunLimit = 24 * time.Hour },
		"Job.AttemptLimit: too short":         func(c *Config) { c.Job.AttemptLimit = 59 * time.Second },
		"Job.AttemptLimit: half a second":     func(c *Config) { c.Job.AttemptLimit = 60*time.Second + 500*time.Millisecond },
		"RunLimit: too short for the parts":   func(c *Config) { c.RunLimit = time.Hour - time.Second },
		"RunLimit: too short for inventories": func(c *Config) { c.Inventory = Daily; c.RunLimit = 80*time.Minute - time.Second },
		"RunLimit: more than a year":          func(c *Config) { c.RunLimit = 366 * 24 * time.Hour },
		"QueueLimit: too short":               func(c *Config) { c.QueueLimit = 9 * time.Minute },
		"QueueLimit: too long":                func(c *Config) { c.QueueLimit = 25 * time.Hour },
		"MaxVCPUs: none":                      func(c *Config) { c.MaxVCPUs = 0 },
		"MaxVCPUs: less than a job's":         func(c *Config) { c.Job.VCPU, c.Job.MemoryMiB, c.MaxVCPUs = 4, 8192, 2 },
		"ToleratedFailurePercentage: below":   func(c *Config) { c.ToleratedFailurePercentage = -1 },
		"ToleratedFailurePercentage: above":   func(c *Config) { c.ToleratedFailurePercentage = 100.5 },
		"Inventory: unknown":                  func(c *Config) { c.Inventory = "hourly" },
		"Inventory: not chosen":               func(c *Config) { c.Inventory = "" },
		"Network: unknown":                    func(c *Config) { c.Network = "private" },
		"Retention.LogDays: not CloudWatch's": func(c *Config) { c.Retention.LogDays = 10 },
		"Retention.RunDays: none":             func(c *Config) { c.Retention.RunDays = 0 },
		"NotificationEmail: no address":       func(c *Config) { c.NotificationEmail = "nobody" },
		"NotificationEmail: with a name":      func(c *Config) { c.NotificationEmail = "A <a@example.com>" },
	} {
		t.Run(name, func(t *testing.T) {
			config := environments[0]
			change(&config)
			err := config.Validate()
			if err == nil {
				t.Fatal("it was allowed")
			}
			field, _, _ := strings.Cut(name, ":")
			if !strings.Contains(err.Error(), ": "+field+": ") || strings.Contains(err.Error(), "\n") {
				t.Errorf("the error is not about %s alone: %v", field, err)
			}
		})
	}
}
