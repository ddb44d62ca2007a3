// Package account is an AWS account on this machine in which one stack is deployed:
// it makes of a template's resources something that runs, and runs executions of its
// state machine.
//
// Every program has credentials of its own, named after its role, so that S3 can tell
// who is calling.
package account
