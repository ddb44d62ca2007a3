package contract

// The exit codes of the job, which the job definition's exit rules act on. Any other
// code is a bug or a broken set-up, and is not retried.
const (
	// ExitThrough says that the shard is through; what failed in it is recorded in its result.
	ExitThrough = 0
	// ExitTryAgain says that there was trouble which another attempt may cure: EX_TEMPFAIL of sysexits.h.
	ExitTryAgain = 75
	// ExitStopped says that the job was told to stop: 128 + SIGTERM, as shells count.
	ExitStopped = 143
)
