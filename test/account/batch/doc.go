// Package batch runs jobs as AWS Batch does: the job definition's command with its
// parameters, in its environment, once for each child of an array, and again for as
// long as the definition's retry strategy and limits say.
//
// There is no container and no queue. A job is a process of this machine, which has
// its file system and its user; where the definition mounts a volume the job gets an
// empty folder, and as many run at once as are allowed, whatever vCPU and memory the
// definition asks for.
package batch
