package test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/account"
	"batchjobwithlambda/test/account/batch"
	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/template"
)

// onEC2 are the environments of the grid whose jobs run on EC2.
func onEC2(t *testing.T) map[string]stack {
	t.Helper()
	all := map[string]stack{}
	for environment, s := range everyKind(t) {
		if len(s.OfType("AWS::EC2::LaunchTemplate")) > 0 {
			all[environment] = s
		}
	}
	if len(all) < 16 {
		t.Fatalf("got %d environments on EC2, want one for each kind of network, machine and data", len(all))
	}
	return all
}

type launchTemplate struct {
	LaunchTemplateData struct {
		KeyName         any
		UserData        string
		MetadataOptions struct {
			HttpTokens              string
			HttpPutResponseHopLimit int
		}
		BlockDeviceMappings []struct {
			DeviceName string
			Ebs        struct {
				Encrypted, DeleteOnTermination bool
				VolumeSize                     int
			}
		}
		NetworkInterfaces []struct {
			AssociatePublicIpAddress bool
			Groups                   []any
		}
	}
}

func TestAnInstanceHasNoKeyAnEncryptedDiskAndMetadataByTokenAlone(t *testing.T) {
	for environment, s := range onEC2(t) {
		var properties launchTemplate
		decode(t, s.only(t, "AWS::EC2::LaunchTemplate"), &properties)
		data := properties.LaunchTemplateData
		if data.KeyName != nil {
			t.Errorf("%s: %v may log in", environment, data.KeyName)
		}
		if data.MetadataOptions.HttpTokens != "required" || data.MetadataOptions.HttpPutResponseHopLimit != 1 {
			t.Errorf("%s: the metadata is reached with %+v", environment, data.MetadataOptions)
		}
		for _, disk := range data.BlockDeviceMappings {
			if disk.DeviceName != "/dev/xvda" || !disk.Ebs.Encrypted || !disk.Ebs.DeleteOnTermination {
				t.Errorf("%s: the disk is %+v", environment, disk)
			}
		}
		if len(data.BlockDeviceMappings) != 1 {
			t.Errorf("%s: got %d disks, want the root", environment, len(data.BlockDeviceMappings))
		}
	}
}

// An interface that is described in the template has its security groups there and nowhere else.
func TestAnInstanceHasItsGroupsAndAPublicAddressOnlyWhereThatIsTheWayOut(t *testing.T) {
	for environment, s := range onEC2(t) {
		var properties launchTemplate
		decode(t, s.only(t, "AWS::EC2::LaunchTemplate"), &properties)
		interfaces := properties.LaunchTemplateData.NetworkInterfaces
		public := strings.HasPrefix(environment, "public-") || strings.HasPrefix(environment, "given-open-")
		for _, r := range s.OfType("AWS::Batch::ComputeEnvironment") {
			var environmentOf struct {
				ComputeResources struct{ SecurityGroupIds []any }
			}
			decode(t, r, &environmentOf)
			if groups := environmentOf.ComputeResources.SecurityGroupIds; (len(groups) > 0) == public {
				t.Errorf("%s: %s has the groups %v", environment, r.ID, groups)
			}
		}
		if public && (len(interfaces) != 1 || !interfaces[0].AssociatePublicIpAddress || len(interfaces[0].Groups) != 1) {
			t.Errorf("%s: the interfaces are %+v, want one with an address and a group", environment, interfaces)
		}
		if !public && interfaces != nil {
			t.Errorf("%s: the interfaces are %+v, want none described", environment, interfaces)
		}
	}
}

func TestInstancesAreThereForJobsAloneAndChangeInPlace(t *testing.T) {
	for environment, s := range onEC2(t) {
		for _, r := range s.OfType("AWS::Batch::ComputeEnvironment") {
			var properties struct {
				ComputeResources struct {
					Type, AllocationStrategy string
					MinvCpus, DesiredvCpus   int
					SpotIamFleetRole         any
					Ec2KeyPair               any
				}
				ReplaceComputeEnvironment *bool
			}
			decode(t, r, &properties)
			resources := properties.ComputeResources
			if resources.MinvCpus != 0 || resources.DesiredvCpus != 0 || resources.Ec2KeyPair != nil {
				t.Errorf("%s: %s has %+v", environment, r.ID, resources)
			}
			want := map[string]string{"SPOT": "SPOT_PRICE_CAPACITY_OPTIMIZED", "EC2": "BEST_FIT_PROGRESSIVE"}[resources.Type]
			if resources.AllocationStrategy != want {
				t.Errorf("%s: %s chooses instances by %s, want %s", environment, r.ID, resources.AllocationStrategy, want)
			}
			if replace := properties.ReplaceComputeEnvironment; replace == nil || *replace {
				t.Errorf("%s: every change replaces %s", environment, r.ID)
			}
		}
	}
}

func TestTheKindOfMachinesSaysHowTheyArePaid(t *testing.T) {
	for machine, want := range map[string][]string{
		"fs": {"FARGATE_SPOT 16", "FARGATE 4"},
		"f":  {"FARGATE 16"},
		"es": {"SPOT 16", "EC2 4"},
		"e":  {"EC2 16"},
	} {
		s := inGrid(t, "nat-"+machine+"-own")
		if got := s.environmentsOf(t, s.only(t, "AWS::Batch::JobQueue")); !slices.Equal(got, want) {
			t.Errorf("%s: the queue has %q, want %q", machine, got, want)
		}
	}
}

func TestAJobWithGPUsRunsOnAnImageAndOnInstancesThatHaveThem(t *testing.T) {
	s := inGrid(t, "isolated-gpu-own")
	var job struct {
		ContainerProperties struct {
			ResourceRequirements []struct{ Type, Value string }
		}
	}
	decode(t, s.only(t, "AWS::Batch::JobDefinition"), &job)
	var required []string
	for _, requirement := range job.ContainerProperties.ResourceRequirements {
		required = append(required, requirement.Type+" "+requirement.Value)
	}
	slices.Sort(required)
	if want := []string{"GPU 1", "MEMORY 7168", "VCPU 4"}; !slices.Equal(required, want) {
		t.Errorf("the job asks for %q, want %q", required, want)
	}
	var environment struct {
		ComputeResources struct {
			InstanceTypes    []string
			Ec2Configuration []struct{ ImageType string }
		}
	}
	decode(t, s.only(t, "AWS::Batch::ComputeEnvironment"), &environment)
	resources := environment.ComputeResources
	if !slices.Equal(resources.InstanceTypes, []string{"g5", "g6"}) || resources.Ec2Configuration[0].ImageType != "ECS_AL2023_NVIDIA" {
		t.Errorf("the instances are %+v", resources)
	}
}

// The words are those of AWS Batch ("Automated job retries", AWS Batch User Guide).
func TestAJobWhoseInstanceIsTakenBackIsTriedAgain(t *testing.T) {
	for environment, s := range onEC2(t) {
		var definition struct{ RetryStrategy batch.RetryStrategy }
		decode(t, s.only(t, "AWS::Batch::JobDefinition"), &definition)
		if !definition.RetryStrategy.RetriesAfter(nil, "", "Host EC2 (instance i-0123456789abcdef0) terminated.") {
			t.Errorf("%s: no attempt follows", environment)
		}
	}
}

func TestAnIsolatedNetworkLeadsInstancesToTheirWork(t *testing.T) {
	var services, open []string
	for _, endpoint := range inGrid(t, "isolated-es-own").OfType("AWS::EC2::VPCEndpoint") {
		services = append(services, serviceName(endpoint))
		if endpoint.Properties["PolicyDocument"] == nil {
			open = append(open, serviceName(endpoint))
		}
	}
	slices.Sort(services)
	if want := []string{"ecr.api", "ecr.dkr", "ecs", "ecs-agent", "ecs-telemetry", "logs", "s3"}; !slices.Equal(services, want) {
		t.Errorf("endpoints to %v, want %v", services, want)
	}
	// These two take none.
	slices.Sort(open)
	if want := []string{"ecs-agent", "ecs-telemetry"}; !slices.Equal(open, want) {
		t.Errorf("endpoints to %v have no policy, want %v", open, want)
	}
}

// agentRequests are what the agent on an instance asks, from its start to its end.
func agentRequests(instance iam.Caller) []iam.Request {
	cluster, self := template.ARN("ecs", "cluster/batch"), template.ARN("ecs", "container-instance/batch/0123")
	return []iam.Request{
		instance.Call("ecs", "ecs:DiscoverPollEndpoint", "*"),
		instance.Call("ecs", "ecs:RegisterContainerInstance", cluster),
		instance.Call("ecs-agent", "ecs:Poll", self),
		instance.Call("ecs-telemetry", "ecs:StartTelemetrySession", self),
		instance.Call("ecs", "ecs:SubmitTaskStateChange", cluster),
		instance.Call("ecs", "ecs:SubmitContainerStateChange", cluster),
		instance.Call("ecs", "ecs:SubmitAttachmentStateChanges", cluster),
		instance.Call("ecs", "ecs:DeregisterContainerInstance", cluster),
	}
}

// instanceOf returns the policies of the stack, and an instance of it.
func instanceOf(t *testing.T, s stack) (iam.Policies, iam.Caller) {
	t.Helper()
	read, err := template.Read(filepath.Join(s.Folder, s.Stack+".template.json"), account.Types())
	if err != nil {
		t.Fatal(err)
	}
	policies, err := iam.Read(read)
	if err != nil {
		t.Fatal(err)
	}
	arn, err := read.ARN(read.Named("ComputeInstancesRole"))
	if err != nil {
		t.Fatal(err)
	}
	return policies, iam.Caller{Role: arn, InNetwork: true}
}

func TestAnInstanceMayDoWhatItsAgentDoesAndNothingOfItIsTooMuch(t *testing.T) {
	for _, environment := range []string{"isolated-es-own", "nat-e-own"} {
		policies, instance := instanceOf(t, inGrid(t, environment))
		asked := agentRequests(instance)
		for _, request := range asked {
			if err := policies.Check(request); err != nil {
				t.Errorf("%s: %v", environment, err)
			}
		}
		for _, s := range inGrid(t, environment).statements(t) {
			if s.role != "ComputeInstancesRole" {
				continue
			}
			for _, action := range s.Actions {
				if !slices.ContainsFunc(asked, func(r iam.Request) bool { return r.Action == action }) {
					t.Errorf("%s: %s allows %s, which no agent asks for", environment, s.Sid, action)
				}
			}
		}
	}
}

// A command that gets at the role of the instance gets no further.
func TestAnInstanceMayNotDoWhatItsJobsMay(t *testing.T) {
	s := inGrid(t, "nat-es-own")
	policies, instance := instanceOf(t, s)
	for action, resource := range map[string]string{
		"s3:GetObject":                  "arn:aws:s3:::batchjobwithlambda-nat-es-own-mainstoragebucketfbf56ba3/input/a",
		"s3:PutObject":                  "arn:aws:s3:::batchjobwithlambda-nat-es-own-mainstoragebucketfbf56ba3/output/a",
		"s3:ListBucket":                 "arn:aws:s3:::batchjobwithlambda-nat-es-own-mainstoragebucketfbf56ba3",
		"batch:SubmitJob":               template.ARN("batch", "job-queue/main"),
		"ecs:RunTask":                   template.ARN("ecs", "task-definition/any:1"),
		"ecs:CreateCluster":             template.ARN("ecs", "cluster/mine"),
		"ecs:UpdateContainerAgent":      template.ARN("ecs", "container-instance/batch/0123"),
		"ecs:RegisterContainerInstance": "arn:aws:ecs:eu-north-1:444455556666:cluster/theirs",
		"ecs:Poll":                      "arn:aws:ecs:eu-west-1:111122223333:container-instance/elsewhere/0123",
		"ecr:GetAuthorizationToken":     "*",
		"ecr:BatchGetImage":             template.ARN("ecr", "repository/any"),
		"logs:PutLogEvents":             template.ARN("logs", "log-group:any"),
		"secretsmanager:GetSecretValue": template.ARN("secretsmanager", "secret:any"),
		"kms:Decrypt":                   template.ARN("kms", "key/any"),
		"sns:Publish":                   template.ARN("sns", "any"),
		"ec2:RunInstances":              template.ARN("ec2", "instance/*"),
		"iam:PassRole":                  "arn:aws:iam::111122223333:role/any",
		"sts:AssumeRole":                "arn:aws:iam::111122223333:role/any",
	} {
		if policies.Check(instance.Call("", action, resource)) == nil {
			t.Errorf("an instance may %s on %s", action, resource)
		}
	}
}
