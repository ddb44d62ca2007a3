package contract

// The exit codes of the job, which the job definition's exit rules act on. Any other
// code is a bug or a broken set-up, and is not retried.
const (
	// ExitDone says that the shard is finished; what failed in it is recorded in its result.
	ExitDone = 0
	// ExitTryAgain says that another attempt may succeed: EX_TEMPFAIL of sysexits.h.
	ExitTryAgain = 75
	// ExitStopped says that the job was told to stop: 128 + SIGTERM, as shells count.
	ExitStopped = 143
)
