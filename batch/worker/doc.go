// Command worker is the job's program: it runs one command over every object of one
// shard, and writes down what became of each.
//
//	worker MANIFEST RESULTS COMMAND [ARGUMENT…]
//
// MANIFEST is an address in S3, and RESULTS a location. The settings and the number of the shard
// are environment variables; package contract knows all of them.
//
// An object goes from S3 through the command and back to S3 without ever being whole
// in memory, and its output appears whole or not at all. What was made before, by an
// earlier run or by an earlier attempt of this one, is not made again, so the worker
// may be stopped at any time and started anew.
//
// There are three kinds of errors, and they end differently. What is wrong with one
// object is recorded, and the shard goes on. What is retryable, such as S3 being busy,
// ends the attempt, and AWS Batch starts another. Anything else is a broken set-up, which
// is said once, on standard error, and not retried.
package main
