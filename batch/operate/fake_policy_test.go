package main

import (
	"net/http"
	"regexp"
	"strings"
)

// arnOf is the resource of a call, as IAM sees it; "*" where the action does not support
// resource-level permissions.
var arnOf = map[string]func(request map[string]any) string{
	"DescribeStacks":           func(r map[string]any) string { return stackOf(r) },
	"ListStackResources":       func(r map[string]any) string { return stackOf(r) },
	"ListExecutions":           func(r map[string]any) string { return text(r, "stateMachineArn") },
	"StartExecution":           func(r map[string]any) string { return text(r, "stateMachineArn") },
	"DescribeStateMachine":     func(r map[string]any) string { return text(r, "stateMachineArn") },
	"DescribeExecution":        func(r map[string]any) string { return text(r, "executionArn") },
	"GetExecutionHistory":      func(r map[string]any) string { return text(r, "executionArn") },
	"StopExecution":            func(r map[string]any) string { return text(r, "executionArn") },
	"GetJobQueueSnapshot":      func(r map[string]any) string { return text(r, "jobQueue") },
	"SimulatePrincipalPolicy":  func(r map[string]any) string { return text(r, "PolicySourceArn") },
	"ListSubscriptionsByTopic": func(r map[string]any) string { return text(r, "TopicArn") },
	"BatchGetImage":            func(r map[string]any) string { return here("ecr", "repository/"+text(r, "repositoryName")) },
	"GetDownloadUrlForLayer":   func(r map[string]any) string { return here("ecr", "repository/"+text(r, "repositoryName")) },
	"DescribeKey":              func(r map[string]any) string { return here("kms", "key/"+text(r, "KeyId")) },
	"GetFunctionConfiguration": func(r map[string]any) string { return here("lambda", "function:"+text(r, "FunctionName")) },
	"GetFunctionConcurrency":   func(r map[string]any) string { return here("lambda", "function:"+text(r, "FunctionName")) },
	"FilterLogEvents":          func(r map[string]any) string { return here("logs", "log-group:"+text(r, "logGroupName")+":*") },
	"DescribeAlarms":           func(map[string]any) string { return here("cloudwatch", "alarm:BatchJobWithLambda-dev-alarm") },
	"GetQueueAttributes": func(r map[string]any) string {
		url := text(r, "QueueUrl")
		return here("sqs", url[strings.LastIndex(url, "/")+1:])
	},
}

func text(request map[string]any, name string) string {
	value, _ := request[name].(string)
	return value
}

func here(service, resource string) string {
	return "arn:aws:" + service + ":eu-north-1:111122223333:" + resource
}

func stackOf(r map[string]any) string {
	return here("cloudformation", "stack/"+text(r, "StackName")+"/1")
}

// bucketOf is the bucket that a request is about as a whole; "" if it is about an object.
func bucketOf(r *http.Request) string {
	bucket, key, _ := strings.Cut(strings.Trim(r.URL.Path, "/"), "/")
	if key != "" {
		return ""
	}
	return bucket
}

// s3Call is the action and the resource of a request to S3.
func s3Call(r *http.Request) (action, resource string) {
	resource = "arn:aws:s3:::" + strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case r.URL.Query().Has("policy"):
		return "s3:GetBucketPolicy", resource
	case r.URL.Query().Has("notification"):
		return "s3:GetBucketNotification", resource
	case r.URL.Query().Has("ownershipControls"):
		return "s3:GetBucketOwnershipControls", resource
	case bucketOf(r) != "":
		return "s3:ListBucket", resource
	case r.Method == http.MethodPut:
		return "s3:PutObject", resource
	}
	return "s3:GetObject", resource
}

// names are what stands in capitals in the permissions of an operator.
var names = strings.NewReplacer(
	"PARTITION", "aws",
	"REGION", "eu-north-1",
	"ACCOUNT", "111122223333",
	"STACK", "BatchJobWithLambda-*",
	"STATE_MACHINE", machine,
	"EXECUTIONS", strings.Replace(machine, ":stateMachine:", ":execution:", 1)+":*",
	"JOB_LOGS", "/jobs",
	"BUCKET", bucket,
)

// allows reports whether the permission is for the action on the resource.
func (p permission) allows(action, resource string) bool {
	pattern := strings.ReplaceAll(regexp.QuoteMeta(names.Replace(p.Resource)), `\*`, ".*")
	return p.Action == action && regexp.MustCompile("^"+pattern+"$").MatchString(resource)
}
