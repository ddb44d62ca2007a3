// Command local runs the whole workflow on this machine, over the files of a folder:
//
//	go run ./test/local -in DIR -out DIR [-env prod] [-pipeline NAME] [-input JSON]
//
// It synthesizes the stack as "cdk synth" does and executes the template: the
// state machine's own definition, the functions' and the job's real programs, with
// the environment, retries and limits that the template gives them, and S3 in this
// process. The folder -out keeps the pipeline's outputs in output/ and the files of its runs in
// runs/, in whichever buckets they are: a second run into the same folder skips what is done,
// and an -input that names the manifest of a run's failures reruns only those. A bucket of the
// settings that is not the stack's own counts as one that the account had before.
//
// It exits with 0 if the execution succeeded, 1 if it did not, and 2 if it could not be
// run at all; a template that needs what is not supported here is not run. Ctrl-C
// stops the execution as StopExecution does, and with it its jobs.
//
// IAM is asked as on AWS: every call of the state machine, the functions and the job, and
// what AWS does in their names, is held against the template's policies, and refused with
// AWS's error if they do not allow it. S3's plain HTTP passes for TLS.
//
// What AWS does otherwise: there is no network to be isolated from, no queue to wait in,
// and no container around the job, which has this machine's programs, user and file
// system; each invocation of a function is a cold start; vCPU and memory are what this
// machine has; and nothing watches from outside, so nobody is told of an execution that
// was stopped or took too long.
package main
