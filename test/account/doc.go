// Package account is an AWS account on this machine in which one stack is deployed:
// it makes of a template's resources something that runs, and runs executions of its
// state machine.
//
// Nothing is done that the template's policies do not allow. Every program has
// credentials of its own, named after its role, so that S3 can tell who is calling; what
// the services of AWS do in a role's name is asked for before it is done here.
package account
