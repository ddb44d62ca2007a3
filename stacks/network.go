package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/policies"
)

const (
	// zones is two: jobs can start while one zone has no capacity, and each further
	// zone costs an isolated network another set of endpoints.
	zones = 2
	// httpsPort is all that a job needs: every service of AWS is behind it.
	httpsPort = 443
)

// PipelineNetworkProps are the props of [NewPipelineNetwork].
type PipelineNetworkProps struct {
	// Isolated leaves out every route to the internet, and puts in endpoints.
	Isolated bool
	// Data is what the network may reach in S3.
	Data policies.Data
	// FlowLogs keeps a log of every connection.
	FlowLogs bool
	Logs     LogProps
}

// PipelineNetwork is where jobs run, and the functions too if it is isolated.
type PipelineNetwork struct {
	constructs.Construct
	VPC awsec2.Vpc
	// Subnets are the network's, one in each zone.
	Subnets *awsec2.SubnetSelection
	// SecurityGroup lets nothing in, and only HTTPS out.
	SecurityGroup awsec2.SecurityGroup
	// AssignPublicIP says that without a public address nothing gets out: not even the
	// pull of the job's image.
	AssignPublicIP bool
}

// NewPipelineNetwork returns a network of its own.
func NewPipelineNetwork(scope constructs.Construct, id string, props PipelineNetworkProps) *PipelineNetwork {
	subnetType := awsec2.SubnetType_PUBLIC
	if props.Isolated {
		subnetType = awsec2.SubnetType_PRIVATE_ISOLATED
	}
	subnets := &awsec2.SubnetConfiguration{Name: jsii.String("Jobs"), SubnetType: subnetType}
	if !props.Isolated {
		// A job asks for its address itself; nothing else may get one by accident.
		subnets.MapPublicIpOnLaunch = jsii.Bool(false)
	}
	n := &PipelineNetwork{
		Construct:      constructs.NewConstruct(scope, &id),
		Subnets:        &awsec2.SubnetSelection{SubnetType: subnetType},
		AssignPublicIP: !props.Isolated,
	}
	n.VPC = awsec2.NewVpc(n.Construct, jsii.String("Vpc"), &awsec2.VpcProps{
		MaxAzs:              jsii.Number(zones),
		NatGateways:         jsii.Number(0),
		SubnetConfiguration: &[]*awsec2.SubnetConfiguration{subnets},
		// Closing the default group takes a helper function with a managed policy and
		// wide grants. Nothing is in that group: everything here names its own.
		RestrictDefaultSecurityGroup: jsii.Bool(false),
	})
	n.SecurityGroup = awsec2.NewSecurityGroup(n.Construct, jsii.String("HttpsOnly"), &awsec2.SecurityGroupProps{
		Vpc:              n.VPC,
		Description:      jsii.String("Nothing in, HTTPS out"),
		AllowAllOutbound: jsii.Bool(false),
	})
	n.SecurityGroup.AddEgressRule(
		awsec2.Peer_AnyIpv4(),
		awsec2.Port_Tcp(jsii.Number(httpsPort)),
		jsii.String("AWS services"),
		nil,
	)

	s3 := n.VPC.AddGatewayEndpoint(jsii.String("S3"), &awsec2.GatewayVpcEndpointOptions{
		Service: awsec2.GatewayVpcEndpointAwsService_S3(),
	})
	for _, statement := range policies.BucketEndpointPolicy(props.Data) {
		s3.AddToPolicy(statement)
	}
	if props.Isolated {
		n.addServiceEndpoints()
	}
	if props.FlowLogs {
		n.addFlowLog(props.Logs)
	}
	return n
}

// forFunctions is the network for the functions: this one if it is isolated, so that
// they have no route out either. Otherwise none: outside of any network a function
// needs no permission on network interfaces, and starts sooner.
func (n *PipelineNetwork) forFunctions() *PipelineNetwork {
	if n.AssignPublicIP {
		return nil
	}
	return n
}

// addServiceEndpoints adds what Fargate needs to start a container: its image, and
// somewhere to send its log. The functions need none of it: their logs and traces
// go out by way of the Lambda service.
func (n *PipelineNetwork) addServiceEndpoints() {
	endpoints := awsec2.NewSecurityGroup(n.Construct, jsii.String("Endpoints"), &awsec2.SecurityGroupProps{
		Vpc:              n.VPC,
		Description:      jsii.String("HTTPS in from the jobs and the functions, nothing out"),
		AllowAllOutbound: jsii.Bool(false),
	})
	endpoints.AddIngressRule(
		n.SecurityGroup,
		awsec2.Port_Tcp(jsii.Number(httpsPort)),
		jsii.String("Jobs and functions"),
		nil,
	)
	logs := []string{"logs:CreateLogStream", "logs:PutLogEvents"}
	pull := []string{
		"ecr:GetAuthorizationToken",
		"ecr:BatchCheckLayerAvailability",
		"ecr:GetDownloadUrlForLayer",
		"ecr:BatchGetImage",
	}
	for _, endpoint := range []struct {
		id      string
		service awsec2.IInterfaceVpcEndpointService
		actions []string
	}{
		{"EcrApi", awsec2.InterfaceVpcEndpointAwsService_ECR(), pull},
		{"EcrDocker", awsec2.InterfaceVpcEndpointAwsService_ECR_DOCKER(), pull},
		{"Logs", awsec2.InterfaceVpcEndpointAwsService_CLOUDWATCH_LOGS(), logs},
	} {
		n.VPC.AddInterfaceEndpoint(&endpoint.id, &awsec2.InterfaceVpcEndpointOptions{
			Service:        endpoint.service,
			Subnets:        n.Subnets,
			SecurityGroups: &[]awsec2.ISecurityGroup{endpoints},
			Open:           jsii.Bool(false),
		}).AddToPolicy(policies.ServiceEndpointPolicy(endpoint.actions...))
	}
}

// addFlowLog is the L1, because the L2 grants itself what policies/ has to say.
func (n *PipelineNetwork) addFlowLog(props LogProps) {
	logs := NewLogGroup(n.Construct, "FlowLogs", props)
	role := NewRole(n.Construct, "FlowLogsRole", RoleProps{
		AssumedBy:   policies.TrustFlowLogs(),
		Description: "What writes the network's flow log",
		Policies:    map[string]awsiam.PolicyDocument{"FlowLogsPolicy": policies.FlowLogsPolicy(logs)},
	})
	awsec2.NewCfnFlowLog(n.Construct, jsii.String("FlowLog"), &awsec2.CfnFlowLogProps{
		ResourceId:               n.VPC.VpcId(),
		ResourceType:             jsii.String("VPC"),
		TrafficType:              jsii.String("ALL"),
		LogGroupName:             logs.LogGroupName(),
		DeliverLogsPermissionArn: role.RoleArn(),
	})
}
