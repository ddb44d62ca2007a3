package config_test

import (
	"testing"

	"batchjobwithlambda/stacks/config"
)

func onEC2(job config.Job, instances ...string) config.Environment {
	environment := valid()
	environment.Compute = config.Compute{Kind: config.EC2Spot, MaxVCPUs: 512, Instances: instances}
	environment.Pipelines[0].Job.VCPU, environment.Pipelines[0].Job.MemoryMiB = job.VCPU, job.MemoryMiB
	environment.Pipelines[0].Job.GPUs, environment.Pipelines[0].Job.Commands = job.GPUs, job.Commands
	environment.Pipelines[0].Job.Architecture = job.Architecture
	return environment
}

func TestEveryKindOfMachineIsValid(t *testing.T) {
	fargate := valid()
	fargate.Compute = config.Compute{Kind: config.Fargate}
	for name, environment := range map[string]config.Environment{
		"Fargate at full price":        fargate,
		"AWS's own choice":             onEC2(config.Job{}),
		"larger than any of Fargate's": onEC2(config.Job{VCPU: 96, MemoryMiB: 360_000}, "r8g"),
		"with disks of its own":        onEC2(config.Job{}, "c7gd.16xlarge", "im4gn", "i4g"),
		"of Intel":                     onEC2(config.Job{Architecture: config.X86}, "m7i-flex", "c7i"),
		"with GPUs":                    onEC2(config.Job{Architecture: config.X86, VCPU: 8, GPUs: 2}, "g5.12xlarge", "p4d"),
	} {
		if err := environment.Validate("file.go"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAJobRunsACommandForEachGPUOrElseForEachWholeVCPU(t *testing.T) {
	for name, test := range map[string]struct {
		job  config.Job
		want int
	}{
		"half a vCPU": {config.Job{VCPU: 0.5}, 1},
		"4 vCPUs":     {config.Job{VCPU: 4}, 4},
		"192 vCPUs":   {config.Job{VCPU: 192}, 64},
		"2 GPUs":      {config.Job{VCPU: 16, GPUs: 2}, 2},
		"chosen":      {config.Job{VCPU: 16, GPUs: 2, Commands: 8}, 8},
	} {
		if got := onEC2(test.job).WithDefaults().Pipelines[0].Job.Commands; got != test.want {
			t.Errorf("%s: got %d, want %d", name, got, test.want)
		}
	}
}

// Each name begins with the field that the error must be about, and about nothing else.
func TestMachinesThatCannotRunTheJobAreRefused(t *testing.T) {
	gpu := config.Job{Architecture: config.X86, VCPU: 4, GPUs: 1}
	for name, environment := range map[string]config.Environment{
		"Compute.Kind: unknown":                  with(valid(), func(c *config.Compute) { c.Kind = "lambda" }),
		"Compute.MaxOnDemandVCPUs: all are":      with(valid(), func(c *config.Compute) { c.Kind, c.MaxOnDemandVCPUs = config.Fargate, 8 }),
		"Compute.Instances: of Fargate":          with(valid(), func(c *config.Compute) { c.Instances = []string{"c7g"} }),
		"Compute.DiskGiB: of Fargate":            with(valid(), func(c *config.Compute) { c.DiskGiB = 100 }),
		"Compute.DiskGiB: less than the AMI":     with(onEC2(config.Job{}), func(c *config.Compute) { c.DiskGiB = 20 }),
		"Compute.Instances[0]: optimal":          onEC2(config.Job{}, "optimal"),
		"Compute.Instances[1]: twice":            onEC2(config.Job{}, "c7g", "c7g"),
		"Pipelines[0].Job.Architecture: Intel":   onEC2(config.Job{}, "c7i"),
		"Pipelines[0].Job.Architecture: ARM":     onEC2(config.Job{Architecture: config.X86}, "c7gd.large"),
		"Pipelines[0].Job.VCPU: a half":          onEC2(config.Job{VCPU: 0.5}),
		"Pipelines[0].Job.MemoryMiB: none":       onEC2(config.Job{MemoryMiB: 1}),
		"Pipelines[0].Job.Commands: above":       onEC2(config.Job{Commands: 65}),
		"Pipelines[0].Job.GPUs: on Fargate":      fargateWithGPU(),
		"Pipelines[0].Job.GPUs: on any instance": onEC2(gpu),
		"Pipelines[0].Job.GPUs: on none":         onEC2(gpu, "c7i"),
		"Pipelines[0].Job.GPUs: too many":        onEC2(config.Job{Architecture: config.X86, GPUs: 2}, "gr6"),
		"Pipelines[0].Job.GPUs: not used":        onEC2(config.Job{Architecture: config.X86}, "g5"),
	} {
		t.Run(name, func(t *testing.T) {
			wantErrorAbout(t, environment, ": ", name)
		})
	}
}

func with(environment config.Environment, change func(*config.Compute)) config.Environment {
	change(&environment.Compute)
	return environment
}

func fargateWithGPU() config.Environment {
	environment := valid()
	environment.Compute.Instances = nil
	environment.Pipelines[0].Job.GPUs = 1
	return environment
}
