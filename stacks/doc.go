// Package stacks is the infrastructure. [Run] makes a stack of an environment:
// [NewEnvironment] has what its pipelines share, [NewPipeline] what is each pipeline's own.
//
// A construct is a type in a file of its own, with a New function and plain Go values for
// props. Only environment.go and pipeline.go see the settings, which are in the package
// config; every other construct sees its own props. Who may do what is not said here but in the
// package policies.
//
//	run.go           the app
//	environment.go   the stack, and what its pipelines share
//	notifications.go the topic, and chat.go what a chat is told
//	pipeline.go      a pipeline
//	storage.go       its bucket; inventories.go and access_logs.go what S3 itself records about it
//	queue.go         its job queue
//	job.go           its job definition
//	functions.go     its two functions, and function.go what they have in common
//	workflow.go      its state machine, states.go what that runs, and retries.go when it tries again
//	watch.go         what notifies when the state machine cannot
//	alarms.go        its alarms
//	dashboard.go     the page that shows how all pipelines do
//	outputs.go       the commands to type and the pages to open
//
// What has variants, or is needed everywhere, is a package of its own: network and compute
// have a file a kind, hardened the resources that are made safe once.
package stacks
