package stacks

import (
	"time"

	sfn "github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/stacks/hardened"
)

// The retryable errors, by service. States.TaskFailed is not among them: a job that failed
// has had its attempts.
var (
	lambdaErrors = []string{
		"Lambda.ServiceException",
		"Lambda.AWSLambdaException",
		"Lambda.SdkClientException",
		"Lambda.ClientExecutionTimeoutException",
		"Lambda.TooManyRequestsException",
	}
	batchErrors = []string{
		"Batch.AWSBatchException",
		"Batch.TooManyRequestsException",
		"Batch.ServerException",
		"Batch.BatchException",
	}
	// batchCallErrors are those of a call that AWS Step Functions makes as the AWS SDK does.
	batchCallErrors = []string{
		"Batch.ServerException",
		"Batch.BatchException",
		"Batch.TooManyRequestsException",
		"Batch.SdkClientException",
	}
	snsErrors = []string{
		"SNS.InternalErrorException",
		"SNS.ThrottledException",
		"SNS.KmsThrottlingException", // Both spellings, of two generations of AWS's SDK, are
		"SNS.KMSThrottlingException", // in use for other services, and no page says which is here.
		"SNS.SdkClientException",
	}
)

const (
	firstRetryAfter = 2 * time.Second
	retryBackoff    = 2
	// Ten retries, the later ones a minute apart, outlast most outages of a service.
	mostRetries     = 10
	longestRetryGap = time.Minute
)

// retryOn retries ever later, at a random moment up to that, so that many executions
// do not come back at once.
func retryOn(errors ...string) *sfn.RetryProps {
	return &sfn.RetryProps{
		Errors:         jsii.Strings(errors...),
		Interval:       hardened.Seconds(firstRetryAfter),
		BackoffRate:    jsii.Number(retryBackoff),
		MaxAttempts:    jsii.Number(mostRetries),
		MaxDelay:       hardened.Seconds(longestRetryGap),
		JitterStrategy: sfn.JitterType_FULL,
	}
}
