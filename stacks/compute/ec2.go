package compute

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/hardened"
	"batchjobwithlambda/stacks/network"
)

// EC2 runs jobs on instances of Amazon EC2, as many as there are jobs for and none while there are
// none. Jobs share an instance, its network and its disk, whichever pipeline they are of.
type EC2 struct {
	Capacity
	// Instances are types or families of one architecture; none for what AWS Batch has for it.
	Instances []string
	// Architecture is that of all jobs, by Go's name: "arm64" or "amd64".
	Architecture string
	// GPUs says that the instances have GPUs, for which there is another AMI.
	GPUs bool
	// DiskGiB is the size of the disk of each instance.
	DiskGiB int
	// Tags are put on instances and their disks.
	Tags map[string]string
}

var _ Platform = EC2{}

// updateMinutes is how long a job may go on when its instance is to be replaced, which is as long as
// AWS allows ("UpdatePolicy", AWS Batch API Reference). What is ended then is tried again.
const updateMinutes = 360

// Services are what starts a container, and what the agent on an instance asks for work. Those two
// of its endpoints take no policy (amazon-ecs-developer-guide#55).
func (EC2) Services() []network.Service {
	return append(containerServices(),
		network.Service{ID: "Ecs", Name: "ecs", Policy: policies.ClustersEndpointPolicy()},
		network.Service{ID: "EcsAgent", Name: "ecs-agent"},
		network.Service{ID: "EcsTelemetry", Name: "ecs-telemetry"},
	)
}

// NewEnvironments returns Spot capacity, and what there is behind it.
func (e EC2) NewEnvironments(
	scope constructs.Construct,
	id string,
	in *network.Network,
) []awsbatch.IComputeEnvironment {
	instances := constructs.NewConstruct(scope, new(id+"Instances"))
	role := hardened.NewRole(instances, "Role", hardened.RoleProps{
		AssumedBy:   policies.TrustInstances(),
		Description: "Lets an instance take jobs",
		Policies:    map[string]awsiam.PolicyDocument{"InstancePolicy": policies.InstancePolicy()},
	})
	profile := awsiam.NewCfnInstanceProfile(instances, jsii.String("Profile"), &awsiam.CfnInstanceProfileProps{
		Roles: &[]any{role.RoleName()},
	})
	template := e.newLaunchTemplate(instances, "Template", in)
	return e.environments(func(id string, vCPUs int, spot bool) awsbatch.IComputeEnvironment {
		resources := e.resources(in, vCPUs, spot)
		resources.InstanceRole = profile.AttrArn()
		resources.LaunchTemplate = &awsbatch.CfnComputeEnvironment_LaunchTemplateSpecificationProperty{
			LaunchTemplateId: template.Ref(),
			// Another version changes the environment, and so replaces the instances.
			Version: template.AttrLatestVersionNumber(),
		}
		return newInstances(instances, id, resources)
	})
}

// newInstances returns a compute environment. It is the L1, because the L2 brings roles with policies
// of AWS's, and takes families of instances only from a list of its own.
func newInstances(
	scope constructs.Construct,
	id string,
	resources *awsbatch.CfnComputeEnvironment_ComputeResourcesProperty,
) awsbatch.IComputeEnvironment {
	environment := awsbatch.NewCfnComputeEnvironment(scope, &id, &awsbatch.CfnComputeEnvironmentProps{
		Type:             jsii.String("MANAGED"),
		State:            jsii.String("ENABLED"),
		ComputeResources: resources,
		// Everything but its type then changes in place ("Update a compute environment in AWS Batch",
		// AWS Batch User Guide).
		ReplaceComputeEnvironment: jsii.Bool(false),
		UpdatePolicy: &awsbatch.CfnComputeEnvironment_UpdatePolicyProperty{
			TerminateJobsOnUpdate:      jsii.Bool(false),
			JobExecutionTimeoutMinutes: jsii.Number(updateMinutes),
		},
	})
	return awsbatch.ManagedEc2EcsComputeEnvironment_FromManagedEc2EcsComputeEnvironmentArn(
		scope, new(id+"Environment"), environment.AttrComputeEnvironmentArn())
}

func (e EC2) resources(
	in *network.Network,
	vCPUs int,
	spot bool,
) *awsbatch.CfnComputeEnvironment_ComputeResourcesProperty {
	kind, strategy := "EC2", "BEST_FIT_PROGRESSIVE"
	if spot {
		kind, strategy = "SPOT", "SPOT_PRICE_CAPACITY_OPTIMIZED"
	}
	image := "ECS_AL2023"
	if e.GPUs {
		image = "ECS_AL2023_NVIDIA"
	}
	resources := &awsbatch.CfnComputeEnvironment_ComputeResourcesProperty{
		Type:               &kind,
		AllocationStrategy: &strategy,
		MinvCpus:           jsii.Number(0),
		MaxvCpus:           jsii.Number(vCPUs),
		InstanceTypes:      jsii.Strings(e.instanceTypes()...),
		Ec2Configuration: &[]any{
			&awsbatch.CfnComputeEnvironment_Ec2ConfigurationObjectProperty{ImageType: &image},
		},
		// Whenever the instances are replaced, they get what has been mended in the AMI meanwhile.
		UpdateToLatestImageVersion: jsii.Bool(true),
		Subnets:                    in.SubnetIDs(),
	}
	if !in.PublicAddresses {
		resources.SecurityGroupIds = groupIDs(in.SecurityGroups)
	}
	return resources
}

// instanceTypes are what may be started. AWS Batch's "optimal" has no instances for ARM, its
// defaults have both architectures ("Instance type compute table", AWS Batch User Guide).
func (e EC2) instanceTypes() []string {
	switch {
	case len(e.Instances) > 0:
		return e.Instances
	case e.Architecture == "amd64":
		return []string{"default_x86_64"}
	}
	return []string{"default_arm64"}
}

func groupIDs(groups []awsec2.ISecurityGroup) *[]*string {
	var ids []*string
	for _, group := range groups {
		ids = append(ids, group.SecurityGroupId())
	}
	return &ids
}

// NewContainer returns a container that is not root, and writes to its volumes only.
func (EC2) NewContainer(
	scope constructs.Construct,
	id string,
	props ContainerProps,
) awsbatch.IEcsContainerDefinition {
	definition := &awsbatch.EcsEc2ContainerDefinitionProps{
		Image:         props.Image,
		Command:       jsii.Strings(props.Command...),
		Environment:   hardened.Variables(props.Environment),
		Cpu:           &props.VCPU,
		Memory:        awscdk.Size_Mebibytes(jsii.Number(props.MemoryMiB)),
		JobRole:       props.JobRole,
		ExecutionRole: props.ExecutionRole,
		Logging:       logTo(props.LogGroup),
		// As on Fargate, the job's program is process 1 of its container.
		User:                   &props.User,
		ReadonlyRootFilesystem: jsii.Bool(true),
		Volumes:                hostVolumes(props.Volumes),
	}
	if props.GPUs > 0 {
		definition.Gpu = jsii.Number(props.GPUs)
	}
	return awsbatch.NewEcsEc2ContainerDefinition(scope, &id, definition)
}
