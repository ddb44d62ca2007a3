// Command worker is the job's program: it runs one command over every object of one
// shard, and writes down what became of each.
//
//	worker MANIFEST RESULTS COMMAND [ARGUMENT…]
//
// MANIFEST is an address in S3, and RESULTS a location. The settings and the number of the shard
// are environment variables; package contract knows all of them. So are the command's own, under
// other names, and what is a secret among them stands in no log and no result.
//
// Up to 64 objects are under way at once, and as many commands run as the settings say:
// while they do, what comes next is fetched, and what was made is sent. S3 that asks to
// slow down has fewer under way. All of it takes an eighth of the job's memory at most: half
// of that is for inputs and half for outputs. An input of up to a quarter of its half is a file
// in memory, which the command has as its standard input; a larger one comes by a pipe, and
// never is in memory as a whole. An output appears whole or not at all. What was made before, by
// an earlier run or by an earlier attempt of this one, is not made again, so the worker may be
// stopped at any time and started anew.
//
// It keeps a journal in S3, in segments: up to which object it may have begun, said before it
// begins, and what became of each. What an attempt before it has done is known from these, and
// what it may have died of is tried first, one object at a time, each announced. An object at
// which the job dies twice has failed, and is passed over. Only a death counts: a job that was
// told to stop, or that ended because of S3, says so in its last segment.
//
// There are three kinds of errors, and they end differently. What is wrong with one object is
// recorded, and the shard goes on: its command fails or takes too long, or S3 refuses it alone.
// So is an object at which S3 fails however often it is asked, while it works at others: it is
// put aside, and tried again when all others are done. What S3 refuses of all objects, or fails
// at one after the other, ends the attempt, and AWS Batch starts another. Anything else is a
// broken set-up, which is said once, on standard error, and not retried.
package main
