package contract

// The exit codes of the job. The job definition's exit rules end a job with ExitBroken, and
// retry whatever else is not a success.
const (
	// ExitDone says that the shard is finished; what failed in it is recorded in its result.
	ExitDone = 0
	// ExitBroken says that the set-up is broken, and that no attempt will do better.
	ExitBroken = 1
	// ExitTryAgain says that another attempt may succeed: EX_TEMPFAIL of sysexits.h.
	ExitTryAgain = 75
	// ExitStopped says that the job was told to stop: 128 + SIGTERM, as shells count.
	ExitStopped = 143
)
