// Package policies says who may do what: a pure function for each principal, and
// nothing else in the project grants anything. Roles are handed to the CDK closed
// to its own grants, because those are too wide in one place and too narrow in
// another; what each of them would have added stands here, with its reason.
//
//	state machine    BatchJobWithLambdaAccessPolicy, InvokeGenerateBatchJobMapLambdaPolicy, ObserveExecutionsPolicy
//	functions        PreprocessPolicy, CollectPolicy, FunctionPolicy
//	job              JobPolicy (what the program may), ExecutionPolicy (what starts its container)
//	resources        BucketPolicy, AccessLogsPolicy, TopicPolicy, QueuePolicy, KeyPolicy
//	others' buckets  InputGrant, OutputGrant
//	network          BucketEndpointPolicy, ImagesEndpointPolicy, LogsEndpointPolicy, FlowLogsPolicy
//	trust.go         who may take each role
//
// Every statement has a Sid, and "*" stands as a resource only where an action does not
// support resource-level permissions: the test of the template lists each with its reason.
package policies
