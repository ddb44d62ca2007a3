// Package stacks is the infrastructure: one stack, [NewPipeline], for each
// environment in environments.go.
//
// A construct is a type in a file of its own, with a New function and plain Go
// values for props; pipeline.go puts them together and holds no resource itself.
// Only pipeline.go sees [Config]; a construct sees its own props. Who may do what is
// not said here but in the package policies.
//
//	config.go        what may be chosen, and what is allowed
//	environments.go  dev and prod
//	pipeline.go      the stack
//	storage.go       the bucket
//	queue.go         the job queue
//	job.go           the job definition
//	functions.go     the two functions, and function.go what they have in common
//	notifications.go the topic
//	workflow.go      the state machine, and states.go what it runs
//
// What has variants, or is needed everywhere, is a package of its own: network and compute
// have a file a kind, hardened the resources that are made safe once.
package stacks
