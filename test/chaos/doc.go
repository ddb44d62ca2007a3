// Package chaos holds the pipeline's programs to their promise: whatever S3 answers and
// whenever they are killed, no object is lost, none is counted twice, none is half
// written, and a rerun ends with the outputs of a run to which nothing happened.
//
// Its tests run the real programs, the planner, the worker and the collector, against a
// test/account/s3 that misbehaves. They need no network, no AWS account and no template.
package chaos
