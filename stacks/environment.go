package stacks

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/policies"
	"batchjobwithlambda/stacks/compute"
	"batchjobwithlambda/stacks/config"
	"batchjobwithlambda/stacks/hardened"
	"batchjobwithlambda/stacks/network"
	"batchjobwithlambda/stacks/programs"
)

// EnvironmentProps are the props of [NewEnvironment].
type EnvironmentProps struct {
	Settings config.Environment
	Built    *programs.Programs
}

// Environment is a stack with pipelines, and what they share: the network, the compute
// environments, the key and the topic.
type Environment struct {
	Stack     awscdk.Stack
	Pipelines []*Pipeline
}

// NewEnvironment returns the stack of an environment, which deploys the programs given.
func NewEnvironment(scope constructs.Construct, id string, props EnvironmentProps) *Environment {
	settings := props.Settings
	e := &Environment{Stack: newStack(scope, id, settings)}
	key := newKey(e.Stack, "Key", settings)
	logs := hardened.LogGroupProps{
		Days:    settings.Retention.LogDays,
		Removal: removal(settings.Retention),
		Key:     key,
	}
	notifications := NewNotifications(e.Stack, "Notifications", NotificationsProps{
		Email: settings.Notifications.Email,
		Chat:  settings.Notifications.Chat,
		Key:   key,
	})
	platform := newPlatform(e.Stack, settings)
	jobs := newNetwork(e.Stack, "Network", settings, platform, logs)
	environments := platform.NewEnvironments(e.Stack, "Compute", jobs)
	console := NewConsole(e.Stack, "Console")

	var data []policies.Data
	var rules []string
	var sections []DashboardSection
	for _, pipeline := range settings.Pipelines {
		p := NewPipeline(e.Stack, pipeline.Name, PipelineProps{
			Environment:  settings,
			Settings:     pipeline,
			Built:        props.Built,
			Platform:     platform,
			Environments: environments,
			Network:      jobs,
			Topic:        notifications.Topic,
			Chat:         notifications.Chat,
			Key:          key,
			Logs:         logs,
			Console:      console,
		})
		e.Pipelines = append(e.Pipelines, p)
		data = append(data, p.Data)
		sections = append(sections, p.Dashboard)
		rules = append(rules, p.Watch.RuleARNs...)
	}
	if !settings.NoDashboard {
		NewDashboard(e.Stack, "Dashboard", DashboardProps{Sections: sections, Console: console})
	}
	jobs.AllowS3(policies.BucketEndpointPolicy(jobs.ForFunctions() != nil, data...)...)
	notifications.Topic.AddToResourcePolicy(policies.LetRulesPublish(notifications.Topic, rules))
	if chat := notifications.Chat; chat != nil {
		chat.AddToResourcePolicy(policies.LetRulesPublish(chat, rules))
	}
	if hasBudget(settings) {
		notifications.Topic.AddToResourcePolicy(policies.LetBudgetsPublish(notifications.Topic))
	}
	return e
}

func newStack(scope constructs.Construct, id string, settings config.Environment) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, &awscdk.StackProps{
		Description: jsii.String(
			"Run one command over every object in S3: Step Functions, Lambda, AWS Batch and SNS",
		),
		TerminationProtection: &settings.Retention.Protected,
		Env: &awscdk.Environment{
			Account: optional(settings.Account),
			Region:  optional(settings.Region),
		},
		PermissionsBoundary: permissionsBoundary(settings.PermissionsBoundary),
		Synthesizer: awscdk.NewDefaultStackSynthesizer(&awscdk.DefaultStackSynthesizerProps{
			Qualifier: optional(settings.Qualifier),
		}),
	})
	network.ChooseZonesWhenDeployed(stack)
	// Not tags of the stack itself, which CloudFormation would put on every resource.
	for name, value := range settings.Tags {
		awscdk.Tags_Of(stack).Add(&name, &value, &awscdk.TagProps{
			ExcludeResourceTypes: jsii.Strings(replacedByTags...),
		})
	}
	return stack
}

// replacedByTags are the types that are replaced when a tag changes, which fails while they
// are in use. A job's own tags reach its task.
var replacedByTags = []string{
	"AWS::Batch::ComputeEnvironment",
	"AWS::Batch::JobDefinition",
	"AWS::Batch::JobQueue",
}

// optional is nil for an empty text, by which the CDK knows that there is none.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// permissionsBoundary returns the boundary of every role in the stack, from the ARN or the
// name of a policy; nil for none.
func permissionsBoundary(policy string) awscdk.PermissionsBoundary {
	switch {
	case policy == "":
		return nil
	case strings.HasPrefix(policy, "arn:"):
		return awscdk.PermissionsBoundary_FromArn(&policy)
	}
	return awscdk.PermissionsBoundary_FromName(&policy)
}

// hasBudget reports whether a pipeline has a budget, which tells the topic.
func hasBudget(settings config.Environment) bool {
	return slices.ContainsFunc(settings.Pipelines, func(p config.Pipeline) bool { return p.MonthlyDollars > 0 })
}

// newKey returns the key that encrypts everything; nil if AWS's own keys do.
func newKey(scope constructs.Construct, id string, settings config.Environment) awskms.IKey {
	if !settings.Security.CustomerKey {
		return nil
	}
	var more []awsiam.PolicyStatement
	for _, pipeline := range settings.Pipelines {
		if pipeline.Inventory != config.NoInventory && len(more) == 0 {
			more = append(more, policies.InventoriesKeyPolicy())
		}
	}
	if hasBudget(settings) {
		more = append(more, policies.BudgetsKeyPolicy())
	}
	return hardened.NewKey(scope, id, hardened.KeyProps{
		Description: "Encrypts what the pipelines store, log and publish",
		Policy:      policies.KeyPolicy(more...),
		Removal:     removal(settings.Retention),
	})
}

// newPlatform returns what jobs run on.
func newPlatform(scope constructs.Construct, settings config.Environment) compute.Platform {
	chosen := settings.Compute
	capacity := compute.Capacity{OnDemand: chosen.MaxVCPUs}
	if chosen.Kind.Spot() {
		capacity = compute.Capacity{Spot: chosen.MaxVCPUs, OnDemand: chosen.MaxOnDemandVCPUs}
	}
	if !chosen.Kind.OnEC2() {
		return compute.Fargate{Capacity: capacity}
	}
	// All pipelines have the architecture and the kind of instances that the first one has.
	job := settings.Pipelines[0].Job
	tags := map[string]string{}
	maps.Copy(tags, settings.Tags)
	if len(settings.Pipelines) == 1 { // Otherwise they are not one pipeline's.
		tags[policies.TagPipeline] = tag(scope, settings.Pipelines[0].Name)
	}
	return compute.EC2{
		Capacity:     capacity,
		Instances:    chosen.Instances,
		Architecture: job.Architecture.GoName(),
		GPUs:         job.GPUs > 0,
		DiskGiB:      chosen.DiskGiB,
		Tags:         tags,
	}
}

func newNetwork(
	scope constructs.Construct,
	id string,
	settings config.Environment,
	platform compute.Platform,
	logs hardened.LogGroupProps,
) *network.Network {
	chosen := settings.Network
	own := network.OwnProps{Zones: chosen.Zones}
	if settings.Security.AuditLogs {
		own.FlowLog = &logs
	}
	switch chosen.Kind {
	case config.Existing:
		return network.NewExisting(scope, id, network.ExistingProps{
			VPC:             chosen.VPC,
			Subnets:         chosen.Subnets,
			SecurityGroups:  chosen.SecurityGroups,
			PublicAddresses: chosen.PublicAddresses,
			Proxy:           chosen.Proxy,
		})
	case config.Isolated:
		return network.NewIsolated(scope, id, network.IsolatedProps{
			OwnProps: own,
			Services: append(platform.Services(), moreServices(settings)...),
		})
	case config.NAT:
		return network.NewNAT(scope, id, network.NATProps{OwnProps: own, GatewayPerZone: chosen.GatewayPerZone})
	}
	return network.NewPublic(scope, id, own)
}

// moreServices are what only some pipelines need to reach.
func moreServices(settings config.Environment) []network.Service {
	services := secretServices(secretsOf(settings))
	if settings.HasArrivals() {
		services = append(services, arrivalsService())
	}
	return services
}

// secretsOf are the ARNs of the secrets of all pipelines, in an order that does not change.
func secretsOf(settings config.Environment) policies.Secrets {
	var arns policies.Secrets
	for _, pipeline := range settings.Pipelines {
		arns = append(arns, slices.Sorted(maps.Values(pipeline.Secrets))...)
	}
	return arns
}

// removal says what becomes of data when the stack is deleted. A first deployment that fails
// leaves nothing, so that it can be tried again.
func removal(retention config.Retention) awscdk.RemovalPolicy {
	if retention.KeepData {
		return awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE
	}
	return awscdk.RemovalPolicy_DESTROY
}

// Images are what the environment's pipelines have to be built of.
func Images(environment config.Environment) []programs.Image {
	var images []programs.Image
	for _, pipeline := range environment.Pipelines {
		images = append(images, imageOf(pipeline))
	}
	return images
}

func imageOf(settings config.Pipeline) programs.Image {
	return programs.Image{Architecture: settings.Job.Architecture.GoName(), Base: settings.Image}
}
