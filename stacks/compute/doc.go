// Package compute has the ways to run jobs, a file for each. [Platform] is what the rest
// of the stack knows of any of them.
//
//	fargate.go  AWS Fargate
//	ec2.go      instances of Amazon EC2
//
// Which sizes of vCPU and memory a platform has is in the package limits, where the
// configuration is checked against them.
package compute
