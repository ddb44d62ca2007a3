// Package account is an AWS account on this machine in which one stack is deployed: it makes of
// a template's resources something that runs, and runs executions of its pipelines.
//
// Each service is a package below this one, which declares the types of resources that it
// knows, what references to them stand for, and what a state machine can ask of it. This one
// puts them together.
//
// Nothing is done that the template's policies do not allow. Every program has credentials of
// its own, named after its role, so that S3 can tell who is calling; what the services of AWS
// do in a role's name is asked for before it is done here.
package account
