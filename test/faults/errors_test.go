package faults

import (
	"strings"

	"batchjobwithlambda/test/account/statemachine"
)

// service is what a task calls.
type service string

const (
	functions service = "Lambda"
	jobs      service = "Batch"
	topic     service = "SNS"
	// jobCalls are calls of AWS Batch as the AWS SDK makes them, not to submit a job.
	jobCalls service = "Batch's API"
)

// passing are the errors that pass by themselves, and so the only ones to try again
// after. A test that took them from the definition could not tell that one is missing.
var passing = map[service][]string{
	// "Handle transient Lambda service exceptions", Best practices for Step Functions, AWS
	// Step Functions Developer Guide; the last is Lambda's answer to too many at once.
	functions: {
		"Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException",
		"Lambda.ClientExecutionTimeoutException", "Lambda.TooManyRequestsException",
	},
	// "Common errors" and SubmitJob's ServerException, AWS Batch API Reference, by the names
	// that people saw in executions.
	jobs: {"Batch.AWSBatchException", "Batch.TooManyRequestsException", "Batch.ServerException", "Batch.BatchException"},
	// "Integrating AWS services with AWS SDK service integrations", AWS Step Functions Developer
	// Guide: what the API does not list is named after the service.
	jobCalls: {
		"Batch.ServerException",
		"Batch.BatchException",
		"Batch.TooManyRequestsException",
		"Batch.SdkClientException",
	},
	// "Publish", Amazon SNS API Reference, by the names of the SDK's exceptions.
	topic: {
		"SNS.InternalErrorException",
		"SNS.ThrottledException",
		"SNS.KmsThrottlingException",
		"SNS.KMSThrottlingException",
		"SNS.SdkClientException",
	},
}

// lasting are the other errors that AWS documents for the service.
var lasting = map[service][]string{
	// "Invoke", AWS Lambda API Reference; "Handling errors in Step Functions workflows", AWS
	// Step Functions Developer Guide; and what the runtime and our own functions name.
	functions: {
		"Lambda.Unknown", "Lambda.ResourceNotFoundException", "Lambda.InvalidParameterValueException",
		"Lambda.InvalidRequestContentException", "Lambda.RequestTooLargeException", "Lambda.ResourceConflictException",
		"Lambda.ENILimitReachedException", "Lambda.EC2AccessDeniedException", "Lambda.KMSAccessDeniedException",
		"Lambda.KMSDisabledException", "Lambda.SubnetIPAddressLimitReachedException",
		"Sandbox.Timedout", "Runtime.ExitError", "InvalidInput", "errorString",
	},
	// "SubmitJob" and "Common errors", AWS Batch API Reference. A job that failed is States.TaskFailed.
	jobs: {
		"Batch.ClientException",
		"Batch.AccessDeniedException",
		"Batch.ExpiredTokenException",
		"Batch.ValidationException",
	},
	// "ListJobs", "DescribeJobs" and "TerminateJob", AWS Batch API Reference.
	jobCalls: {"Batch.ClientException"},
	// "Publish", Amazon SNS API Reference.
	topic: {
		"SNS.AuthorizationErrorException",
		"SNS.EndpointDisabledException",
		"SNS.InvalidParameterException",
		"SNS.InvalidParameterValueException",
		"SNS.InvalidSecurityException",
		"SNS.KmsAccessDeniedException",
		"SNS.KmsDisabledException",
		"SNS.KmsInvalidStateException",
		"SNS.KmsNotFoundException",
		"SNS.KmsOptInRequiredException",
		"SNS.NotFoundException",
		"SNS.PlatformApplicationDisabledException",
		"SNS.ValidationException",
		"SNS.AmazonSNSException",
	},
}

// anyService are the errors that Step Functions itself gives to any task ("Handling errors
// in Step Functions workflows", AWS Step Functions Developer Guide).
var anyService = []string{"States.Timeout", "States.TaskFailed", "States.Permissions", "States.HeartbeatTimeout"}

// uncaught are those of them that no Catch sees, not even one of States.ALL.
var uncaught = []string{"States.Runtime", "States.DataLimitExceeded"}

// longestCause is as long as a cause can be ("TaskFailedEventDetails", AWS Step Functions
// API Reference).
const longestCause = 32768

// unexpected are errors that nobody documents. The names that the workflow itself ends
// with must not be taken for its own when a task has them.
var unexpected = []statemachine.TaskError{
	{Name: "", Cause: "an error without a name"},
	{Name: "Weird", Cause: ""},
	{Name: "Weird", Cause: strings.Repeat("a long story. ", longestCause)[:longestCause]},
	{Name: "Weird", Cause: `{"errorMessage": "cut sho`},
	{Name: "Weird", Cause: `{} $.shards $$.Execution.Id '\'' States.Format('{}')`},
	{Name: "Größe 日本 🙂", Cause: "schön: 日本 🙂 \u2028\n\t\x01"},
	{Name: "lambda.serviceexception", Cause: "in lower case"},
	{Name: "ObjectsFailed", Cause: "an error of the workflow's own name"},
	{Name: "NotificationFailed", Cause: "another one"},
}

// errorsOf are all errors that a task of the service is made to fail with.
func errorsOf(s service) []statemachine.TaskError {
	var all []statemachine.TaskError
	for _, names := range [][]string{passing[s], lasting[s], anyService, uncaught} {
		for _, name := range names {
			all = append(all, statemachine.TaskError{Name: name, Cause: `{"errorMessage":"` + name + ` was injected"}`})
		}
	}
	return append(all, unexpected...)
}
