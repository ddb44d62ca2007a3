package contract

// FailureKind is why an object failed, in one word: programs and reports group failures by it.
type FailureKind string

// The kinds of failures.
const (
	// FailedExit is a command that ended with an exit code other than 0.
	FailedExit FailureKind = "exit"
	// FailedSignal is a command that a signal ended.
	FailedSignal FailureKind = "signal"
	// FailedMemory is a command that the kernel has probably ended for want of memory.
	FailedMemory FailureKind = "memory"
	// FailedTimeout is a command that took longer than it may work on one object.
	FailedTimeout FailureKind = "timeout"
	// FailedOutput is a command that succeeded without an output that can be stored.
	FailedOutput FailureKind = "output"
	// FailedSpace is an object for which there was no room on the job's disk.
	FailedSpace FailureKind = "space"
	// FailedRefused is an object, or an output, that S3 refuses while it allows others.
	FailedRefused FailureKind = "refused"
	// FailedS3 is an object at which S3 failed however often it was asked, while it worked at others.
	FailedS3 FailureKind = "s3-error"
	// FailedArchived is an object that has to be restored before it can be read.
	FailedArchived FailureKind = "archived"
	// FailedGone is an object that was deleted after it was listed.
	FailedGone FailureKind = "gone"
	// FailedChanged is an object that was replaced again and again while it was read.
	FailedChanged FailureKind = "changed"
	// FailedTooLarge is an output, its key or its metadata that is larger than S3 allows.
	FailedTooLarge FailureKind = "too-large"
	// FailedDied is an object that was under way at two deaths of its job.
	FailedDied FailureKind = "died"
	// FailedNotReached is an object that no attempt of the job came to.
	FailedNotReached FailureKind = "not-reached"
)

// MayPass reports whether the next attempt of the job may do better: S3 may refuse an object
// only until a permission has reached all of it, or fail at it only for a while, room on the disk
// may be taken by other objects, and an object does not change for ever. Any other failure would
// only be repeated, or is not worth the time.
func (k FailureKind) MayPass() bool {
	switch k {
	case FailedRefused, FailedS3, FailedSpace, FailedChanged:
		return true
	}
	return false
}

// DiedReason is the reason of an object of kind [FailedDied].
const DiedReason = "the job died twice while working on it: it ran out of memory, or something else ended its container"
