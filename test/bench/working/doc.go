// Working measures what the job's program costs beside the bare command and beside a
// well-known tool, on a core of its own, against a stand-in for S3 on another. It prints one
// line for each figure with its bound, and fails if a bound is broken.
//
//	go run ./test/bench/working
//
// The peer is s5cmd, which is built from the versions in the folder s5cmd.
//
// Ratios are those of CPU time, since other work on the machine changes everything else: on one
// core that is what decides, as long as nobody waits. How much of its time the worker was
// busy is said beside.
package main
