package cloud

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/aws/smithy-go"

	"batchjobwithlambda/batch/operate/doctor"
	"batchjobwithlambda/batch/operate/runs"
)

// inquiry asks for the facts of a pipeline, one after the other.
type inquiry struct {
	*Place

	facts *doctor.Facts
	// ids are the physical ids of the stack's resources, by their types.
	ids map[string][]string
	// roles are the ARNs of those that act, by what they act for.
	roles map[string]string
}

// questions are what is asked, each with the action of IAM that it takes: what is asked first is
// needed for what is asked after it.
var questions = []struct {
	needs string
	ask   func(*inquiry, context.Context) error
}{
	{"cloudformation:ListStackResources", (*inquiry).askResources},
	{"batch:DescribeComputeEnvironments", (*inquiry).askEnvironments},
	{"batch:DescribeJobQueues", (*inquiry).askQueues},
	{"batch:DescribeJobDefinitions", (*inquiry).askDefinition},
	{"servicequotas:GetServiceQuota", (*inquiry).askQuotas},
	{"kms:DescribeKey", (*inquiry).askKeys},
	{"ecr:BatchGetImage or ecr:GetDownloadUrlForLayer", (*inquiry).askImage},
	{"ec2:DescribeSubnets", (*inquiry).askSubnets},
	{"ec2:DescribeRouteTables", (*inquiry).askRoutes},
	{"ec2:DescribeVpcEndpoints", (*inquiry).askEndpoints},
	{"ec2:DescribeSecurityGroups", (*inquiry).askSecurityGroups},
	{"lambda:GetFunctionConfiguration", (*inquiry).askFunctions},
	{"lambda:GetFunctionConcurrency", (*inquiry).askConcurrency},
	{"lambda:GetAccountSettings", (*inquiry).askUnreserved},
	{"states:DescribeStateMachine", (*inquiry).askWorkflow},
	{"iam:SimulatePrincipalPolicy", (*inquiry).askRoles},
	{"s3:ListBucket", (*inquiry).askBuckets},
	{"s3:GetBucketPolicy", (*inquiry).askBucketPolicies},
	{"s3:GetBucketOwnershipControls", (*inquiry).askOwnership},
	{"s3:GetBucketNotification", (*inquiry).askEvents},
	{"states:GetExecutionHistory or batch:DescribeJobs", (*inquiry).askJob},
	{"batch:ListJobs or batch:DescribeJobs", (*inquiry).askChildren},
	{"batch:GetJobQueueSnapshot", (*inquiry).askFirstJobs},
	{"sns:ListSubscriptionsByTopic", (*inquiry).askSubscriptions},
	{"sqs:GetQueueAttributes", (*inquiry).askDeadLetters},
	{"cloudwatch:DescribeAlarms", (*inquiry).askAlarms},
}

// Facts asks AWS for everything that the doctor looks at, except the stack, by which the place was
// found. What could not be asked is among the facts; run is nil if nothing has run yet.
func (p *Place) Facts(ctx context.Context, environment string, run *runs.Run) doctor.Facts {
	facts := doctor.Facts{Environment: environment, Stack: p.stack, Run: run}
	q := &inquiry{Place: p, facts: &facts, ids: map[string][]string{}, roles: map[string]string{}}
	for _, question := range questions {
		if err := question.ask(q, ctx); err != nil {
			facts.NotChecked = append(facts.NotChecked, doctor.NotChecked{
				Needs: question.needs, Denied: isDenied(err), Err: err,
			})
		}
	}
	return facts
}

// denials are the codes by which services say that an action is not allowed.
var denials = []string{
	"AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException", "UnauthorizedOperation",
}

func isDenied(err error) bool {
	var refused smithy.APIError
	return errors.As(err, &refused) && slices.Contains(denials, refused.ErrorCode())
}

// hasCode reports whether AWS has answered with the error of the code.
func hasCode(err error, code string) bool {
	var refused smithy.APIError
	return errors.As(err, &refused) && refused.ErrorCode() == code
}

// askResources asks for the ids of the stack's resources.
func (q *inquiry) askResources(ctx context.Context) error {
	ids, err := q.resources(ctx)
	maps.Copy(q.ids, ids)
	return err
}
