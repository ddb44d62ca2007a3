package cloud

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"batchjobwithlambda/batch/operate/doctor"
)

func (q *inquiry) askKeys(ctx context.Context) error {
	for _, id := range q.ids["AWS::KMS::Key"] {
		answer, err := q.keys.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &id})
		if err != nil {
			return err
		}
		if answer.KeyMetadata != nil {
			q.facts.Keys = append(q.facts.Keys, *answer.KeyMetadata)
		}
	}
	return nil
}

func (q *inquiry) askFunctions(ctx context.Context) error {
	for _, name := range q.ids["AWS::Lambda::Function"] {
		answer, err := q.functions.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &name})
		if err != nil {
			return err
		}
		q.facts.Functions = append(q.facts.Functions, doctor.Function{
			Name:        name,
			State:       answer.State,
			StateReason: aws.ToString(answer.StateReason),
		})
		if answer.Environment != nil && answer.Environment.Variables["RUNS"] == q.plan.Runs.String() {
			kind := plannerRole
			if answer.Environment.Variables["OUTPUT"] != "" {
				kind = collectorRole
			}
			q.roles[kind] = aws.ToString(answer.Role)
		}
	}
	return nil
}

func (q *inquiry) askConcurrency(ctx context.Context) error {
	for i, function := range q.facts.Functions {
		answer, err := q.functions.GetFunctionConcurrency(ctx, &lambda.GetFunctionConcurrencyInput{
			FunctionName: &function.Name,
		})
		if err != nil {
			return err
		}
		q.facts.Functions[i].Reserved = answer.ReservedConcurrentExecutions
	}
	return nil
}

func (q *inquiry) askUnreserved(ctx context.Context) error {
	answer, err := q.functions.GetAccountSettings(ctx, &lambda.GetAccountSettingsInput{})
	if err == nil && answer.AccountLimit != nil {
		q.facts.Unreserved = answer.AccountLimit.UnreservedConcurrentExecutions
	}
	return err
}

func (q *inquiry) askWorkflow(ctx context.Context) error {
	answer, err := q.states.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: &q.stateMachine})
	if err == nil {
		q.roles[workflowRole] = aws.ToString(answer.RoleArn)
	}
	return err
}
