package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	sfn "github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
)

// addOutputs says what to do next: the commands to type and the pages to open.
func addOutputs(stack awscdk.Stack, storage *Storage, machine sfn.IStateMachine, inputPrefix string) {
	bucket := storage.Bucket
	region := *awscdk.Aws_REGION()
	// The console's host is regional, and its domain the partition's.
	console := awscdk.NewCfnMapping(stack, new("Console"), &awscdk.CfnMappingProps{
		Mapping: &map[string]*map[string]any{
			"aws":        {"domain": "console.aws.amazon.com"},
			"aws-cn":     {"domain": "console.amazonaws.cn"},
			"aws-us-gov": {"domain": "console.amazonaws-us-gov.com"},
		},
	})
	page := "https://" + region + "." + *console.FindInMap(awscdk.Aws_PARTITION(), new("domain"), nil)
	outputs := []struct{ id, description, value string }{
		{
			"UploadCommand",
			"Puts files where the pipeline finds them",
			"aws s3 cp --recursive FOLDER s3://" + *bucket.BucketName() + "/" + inputPrefix,
		},
		{
			"StartCommand",
			"Runs the command over every object",
			"aws stepfunctions start-execution --region " + region + " --state-machine-arn " + *machine.StateMachineArn(),
		},
		{
			"StateMachineLink",
			"Shows the executions",
			page + "/states/home?region=" + region + "#/statemachines/view/" + *machine.StateMachineArn(),
		},
		{
			"BucketLink",
			"Shows input, output and the files of runs",
			page + "/s3/buckets/" + *bucket.BucketName() + "?region=" + region,
		},
	}
	if storage.Inventories != nil {
		outputs = append(outputs, struct{ id, description, value string }{
			"InventoriesCommand", "Lists the inventories that a run can start from",
			"aws s3 ls s3://" + storage.inventoryBucket() + "/" + *bucket.BucketName() + "/" + inventoryID + "/",
		})
	}
	for _, output := range outputs {
		awscdk.NewCfnOutput(stack, &output.id, &awscdk.CfnOutputProps{Value: &output.value, Description: &output.description})
	}
}
