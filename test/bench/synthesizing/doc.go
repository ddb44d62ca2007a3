// Synthesizing measures "cdk synth" of this app beside the same stack as a TypeScript app, as
// "cdk init" of the pinned CLI makes it, in interleaved runs: after no edit and after an edit of
// the stack, without and with AWS's validator.
//
// Memory is the largest sum, over all processes of a synthesis, of what each holds resident
// at one moment: what the machine has to have. Adding up each process's own peak instead would
// count processes that never lived at the same time.
//
// It needs Linux, for /proc, and what the project needs: Go, Node.js with npm, and git.
//
//	go run ./test/bench/synthesizing [-rounds 5]
package main
