// Working measures the job's program beside its peers, on a core of its own. A stand-in for S3
// has the other core. It prints one line for each figure with its bound, and fails if a bound
// is broken.
//
//	go run ./test/bench/working [-only '4 KiB gzip -9'] [-rounds 3]
//
// Two things are measured. Against a stand-in as slow as S3 ([pace.S3]): how many objects a
// second the worker and its peers get done by the clock, in turns, because that is what Fargate
// bills. Against one that answers at once: how much CPU the worker takes beside the bare command
// and beside s5cmd.
//
// The peers are s5cmd and rclone, each with a module of its own that pins its version. They do
// the work as people do it who have a disk for all objects: copy down, run the command on each
// file with xargs, copy up.
//
// Other work on the machine slows down what is measured by the clock. Where the kernel schedules
// by sessions, root can go first:
//
//	setsid -w sh -c 'echo -20 > /proc/self/autogroup; exec go run ./test/bench/working'
package main
