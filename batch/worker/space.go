package main

import (
	"fmt"
	"os"
	"syscall"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/people"
	"batchjobwithlambda/batch/worker/process"
)

// checkScratch returns an error if the directory cannot be written to at all. A full one may
// have room later.
func checkScratch(path string) error {
	probe, err := os.MkdirTemp(path, "")
	if err == nil {
		err = os.Remove(probe)
	}
	if err == nil || process.Exhausted(err) {
		return nil
	}
	return fmt.Errorf("environment variables: SCRATCH: got %s, want a directory that may be written to: %w", path, err)
}

// checkSpace returns an error if the scratch directory has no room for so many bytes: a
// failure of the object if it never had, or else ENOSPC, since there may be room when other
// objects are done.
func (w *worker) checkSpace(bytes int64) error {
	whole, free, err := diskOf(w.settings.Scratch)
	if err != nil {
		return err
	}
	if bytes > whole {
		return &failure{kind: contract.FailedSpace, reason: fmt.Sprintf(
			"the object has %s, and the job's disk %s in all", people.Size(bytes), people.Size(whole))}
	}
	if bytes > free {
		return fmt.Errorf("the object has %s, and %s of the job's disk are free: %w",
			people.Size(bytes), people.Size(free), syscall.ENOSPC)
	}
	return nil
}

// diskOf is how many bytes the disk of the scratch directory has in all, and how many are free.
func diskOf(scratch string) (whole, free int64, err error) {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(scratch, &disk); err != nil {
		return 0, 0, fmt.Errorf("scratch directory: %w", err)
	}
	block := int64(disk.Bsize) //nolint:unconvert // It has another type on macOS.
	return int64(disk.Blocks) * block, int64(disk.Bavail) * block, nil
}
