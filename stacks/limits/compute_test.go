package limits

import (
	"strings"
	"testing"
)

// onEC2 is a template with a queue, its compute environment on EC2, and a job for it.
const onEC2 = `{"Resources": {
	"Spot": {"Type": "AWS::Batch::ComputeEnvironment", "Properties": {
		"ComputeResources": {
			"Type": "SPOT", "AllocationStrategy": "SPOT_PRICE_CAPACITY_OPTIMIZED",
			"InstanceTypes": ["c7g", "m7gd.large"], "Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"],
			"Ec2Configuration": [{"ImageType": "ECS_AL2023"}]
		},
		"ReplaceComputeEnvironment": false
	}},
	"Fargate": {"Type": "AWS::Batch::ComputeEnvironment", "Properties": {
		"ComputeResources": {"Type": "FARGATE", "Subnets": ["subnet-1"]}
	}},
	"Queue": {"Type": "AWS::Batch::JobQueue", "Properties": {
		"ComputeEnvironmentOrder": [{"ComputeEnvironment": {"Fn::GetAtt": ["Spot", "ComputeEnvironmentArn"]}}],
		"JobStateTimeLimitActions": [
			{"Reason": "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY", "State": "RUNNABLE", "MaxTimeSeconds": 600},
			{"Reason": "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE", "State": "RUNNABLE", "MaxTimeSeconds": 600},
			{"Reason": "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT", "State": "RUNNABLE", "MaxTimeSeconds": 600}
		]
	}},
	"Job": {"Type": "AWS::Batch::JobDefinition", "Properties": {
		"PlatformCapabilities": ["EC2"],
		"ContainerProperties": {"ResourceRequirements": [
			{"Type": "VCPU", "Value": "48"}, {"Type": "MEMORY", "Value": "180000"}, {"Type": "GPU", "Value": "1"}
		]},
		"RetryStrategy": {"Attempts": 1, "EvaluateOnExit": [{"Action": "EXIT", "OnExitCode": "1"}]},
		"Timeout": {"AttemptDurationSeconds": 60}
	}}
}}`

func TestAFaultThatIsPlantedOnEC2IsFound(t *testing.T) {
	if err := Check([]byte(onEC2)); err != nil {
		t.Fatal(err)
	}
	for name, fault := range map[string]struct{ old, new, want string }{
		"a strategy that cannot be updated": {`"SPOT_PRICE_CAPACITY_OPTIMIZED"`, `"BEST_FIT"`, `AllocationStrategy "BEST_FIT"`},
		"a strategy of the other type":      {`"SPOT_PRICE_CAPACITY_OPTIMIZED"`, `"BEST_FIT_PROGRESSIVE"`, "AllocationStrategy"},
		"replaced by every change": {
			`"ReplaceComputeEnvironment": false`, `"ReplaceComputeEnvironment": true`, "ReplaceComputeEnvironment is",
		},
		"replaced unless it is said": {"},\n\t\t\"ReplaceComputeEnvironment\": false", "}", "ReplaceComputeEnvironment is"},
		"a service role": {
			`"ReplaceComputeEnvironment": false`, `"ReplaceComputeEnvironment": false, "ServiceRole": "arn"`, "ServiceRole",
		},
		"an AMI without support":     {`"ECS_AL2023"`, `"ECS_AL2"`, `ImageType "ECS_AL2"`},
		"an AMI that AWS may change": {`[{"ImageType": "ECS_AL2023"}]`, `[]`, "no Ec2Configuration"},
		"two architectures":          {`"c7g"`, `"c7i"`, "two architectures"},
		"a default of another":       {`"c7g"`, `"default_x86_64"`, "two architectures"},
		"a queue of two platforms": {
			`"ComputeEnvironmentOrder": [`,
			`"ComputeEnvironmentOrder": [{"ComputeEnvironment": {"Fn::GetAtt": ["Fargate", "ComputeEnvironmentArn"]}}, `,
			"of Fargate and of EC2",
		},
		"half a vCPU":   {`"48"`, `"0.5"`, `VCPU "0.5"`},
		"no memory":     {`"180000"`, `"1"`, `MEMORY "1"`},
		"half a GPU":    {`"GPU", "Value": "1"`, `"GPU", "Value": "0.5"`, `GPU "0.5"`},
		"no subnets":    {`"Subnets": ["subnet-1"], "SecurityGroupIds"`, `"Subnets": [], "SecurityGroupIds"`, "0 subnets"},
		"too many":      {`["subnet-1"], "SecurityGroupIds"`, `[` + strings.Repeat(`"s",`, 16) + `"s"], "SecurityGroupIds"`, "17 subnets"},
		"six groups":    {`["sg-1"]`, `[1, 2, 3, 4, 5, 6]`, "6 security groups"},
		"GPU, no EC2":   {`["EC2"]`, `["FARGATE"]`, `GPU "1"`},
		"large, no EC2": {`["EC2"]`, `["FARGATE"]`, `VCPU "48"`},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(onEC2, fault.old) {
				t.Fatalf("there is no %q to plant the fault in", fault.old)
			}
			err := Check([]byte(strings.ReplaceAll(onEC2, fault.old, fault.new)))
			if err == nil || !strings.Contains(err.Error(), fault.want) {
				t.Fatalf("got %v\nwant %s", err, fault.want)
			}
		})
	}
}

func TestAnInstanceIsKnownByItsName(t *testing.T) {
	for instance, want := range map[string]struct {
		arm  bool
		gpus int
	}{
		"c7g": {true, 0}, "c7g.16xlarge": {true, 0}, "m6gd": {true, 0}, "im4gn.large": {true, 0}, "is4gen": {true, 0}, "a1": {true, 0},
		"c7i": {false, 0}, "m7i-flex.large": {false, 0}, "r7iz": {false, 0}, "c5.metal": {false, 0}, "t3a.micro": {false, 0},
		"g4dn": {false, 8}, "g5.xlarge": {false, 8}, "p5.48xlarge": {false, 8}, "gr6": {false, 1}, "g4ad": {false, 0},
	} {
		if !IsInstance(instance) || IsARM(instance) != want.arm || GPUs(instance) != want.gpus {
			t.Errorf("%s: got %t, ARM %t, %d GPUs, want %+v",
				instance, IsInstance(instance), IsARM(instance), GPUs(instance), want)
		}
	}
	for _, text := range []string{"", "optimal", "default_arm64", "c7g.huge", "C7g", "c7g large", "7g"} {
		if IsInstance(text) {
			t.Errorf("%q is taken for an instance", text)
		}
	}
}
