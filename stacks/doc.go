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
//	network.go       where jobs run
//	compute.go       the job queue and what is behind it
//	job.go           the job definition
//	function.go      a function
//	notifications.go the topic
//	workflow.go      the state machine, and states.go what it runs
//	role.go          a role with nothing but the policies it is given
package stacks
