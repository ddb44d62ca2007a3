package cloud

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/operate/doctor"
)

// What roles act for.
const (
	plannerRole   = "planner"
	collectorRole = "collector"
	workflowRole  = "workflow"
	jobRole       = "job"
	executionRole = "execution"
)

// need is something that a role has to do, on a resource that stands for all of its kind.
type need struct {
	role, action, resource string
	// prefix is what a list of a bucket asks for.
	prefix string
}

// needs are what roles have to do, as far as the resources are known.
func (q *inquiry) needs() []need {
	some, _ := contract.NewRun(q.plan.Runs, "some-run")
	runs, input := q.plan.Runs, q.plan.Input
	all := []need{
		{plannerRole, "s3:ListBucket", q.bucket(input.Bucket), input.Prefix},
		{plannerRole, "s3:PutObject", q.object(some.Manifest()), ""},
		{collectorRole, "s3:ListBucket", q.bucket(runs.Bucket), runs.Prefix},
		{collectorRole, "s3:GetObject", q.object(some.Manifest()), ""},
		{collectorRole, "s3:PutObject", q.object(some.Report()), ""},
		{jobRole, "s3:GetObject", q.object(some.Manifest()), ""},
		{jobRole, "s3:GetObject", q.object(input.Address("some-object")), ""},
		{jobRole, "s3:PutObject", q.object(contract.ResultAddress(some.Results(), 0)), ""},
		{executionRole, "ecr:GetAuthorizationToken", "*", ""},
		{workflowRole, "batch:SubmitJob", q.definition, ""},
	}
	if output, err := q.output(); err == nil {
		all = append(all, need{jobRole, "s3:PutObject", q.object(output.Address("some-object")), ""})
	}
	for _, topic := range q.ids["AWS::SNS::Topic"] {
		all = append(all, need{workflowRole, "sns:Publish", topic, ""})
	}
	return all
}

// output is where the jobs write.
func (q *inquiry) output() (contract.Location, error) {
	for _, variable := range q.variables() {
		if aws.ToString(variable.Name) == "OUTPUT" {
			return contract.ParseLocation(aws.ToString(variable.Value))
		}
	}
	return contract.Location{}, errNoOutput
}

func (q *inquiry) bucket(name string) string { return "arn:" + q.partition() + ":s3:::" + name }

func (q *inquiry) object(address contract.Address) string {
	return q.bucket(address.Bucket) + "/" + address.Key
}

// partition is that of the stack, such as aws-cn.
func (p *Place) partition() string { return strings.Split(p.stateMachine, ":")[1] }

// account is that of the stack.
func (p *Place) account() string { return strings.Split(p.stateMachine, ":")[4] }

// askRoles asks IAM to try what each role needs, by its own policies, its boundary and those of
// the organization. What policies of resources allow or deny is not tried.
func (q *inquiry) askRoles(ctx context.Context) error {
	if d := q.facts.Definition; d != nil {
		q.roles[jobRole] = aws.ToString(d.ContainerProperties.JobRoleArn)
		q.roles[executionRole] = aws.ToString(d.ContainerProperties.ExecutionRoleArn)
	}
	for _, n := range q.needs() {
		role := q.roles[n.role]
		if role == "" {
			continue
		}
		may, err := q.simulate(ctx, role, n)
		if err != nil {
			return err
		}
		q.facts.MayNot = append(q.facts.MayNot, may...)
	}
	return nil
}

func (q *inquiry) simulate(ctx context.Context, role string, n need) ([]doctor.MayNot, error) {
	input := &iam.SimulatePrincipalPolicyInput{
		PolicySourceArn: &role,
		ActionNames:     []string{n.action},
		ResourceArns:    []string{n.resource},
		ContextEntries:  []iamtypes.ContextEntry{contextEntry("aws:ResourceAccount", q.account())},
	}
	if n.prefix != "" {
		input.ContextEntries = append(input.ContextEntries, contextEntry("s3:prefix", n.prefix))
	}
	answer, err := q.rights.SimulatePrincipalPolicy(ctx, input)
	if err != nil {
		return nil, err
	}
	var all []doctor.MayNot
	for _, result := range answer.EvaluationResults {
		if result.EvalDecision == iamtypes.PolicyEvaluationDecisionTypeAllowed {
			continue
		}
		by := string(result.EvalDecision)
		if o := result.OrganizationsDecisionDetail; o != nil && !o.AllowedByOrganizations {
			by += " by the organization"
		}
		if b := result.PermissionsBoundaryDecisionDetail; b != nil && !b.AllowedByPermissionsBoundary {
			by += " by the permissions boundary"
		}
		all = append(all, doctor.MayNot{
			Role: role[strings.LastIndex(role, "/")+1:], Action: n.action, Resource: n.resource, By: by,
		})
	}
	return all, nil
}

func contextEntry(key, value string) iamtypes.ContextEntry {
	return iamtypes.ContextEntry{
		ContextKeyName:   &key,
		ContextKeyType:   iamtypes.ContextKeyTypeEnumString,
		ContextKeyValues: []string{value},
	}
}
