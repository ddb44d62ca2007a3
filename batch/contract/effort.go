package contract

import (
	"strconv"
	"time"
)

// The metadata that a shard's result carries, without S3's prefix "x-amz-meta-".
const (
	metadataAttempts     = "attempts"
	metadataMilliseconds = "ms"
)

// Effort is what it took to work on a shard.
type Effort struct {
	// Attempts is how many attempts the job had, of which anything is known.
	Attempts int
	// Time is how long they worked, together. Of an attempt that died it is the time until it
	// last said what it had done.
	Time time.Duration
}

// Metadata returns the effort as the metadata of the shard's result.
func (e Effort) Metadata() map[string]string {
	return map[string]string{
		metadataAttempts:     strconv.Itoa(e.Attempts),
		metadataMilliseconds: strconv.FormatInt(e.Time.Milliseconds(), 10),
	}
}

// EffortOf reads the metadata of a shard's result. A result without it, which a job of an
// earlier version left, was no effort.
func EffortOf(metadata map[string]string) Effort {
	attempts, err := strconv.Atoi(metadata[metadataAttempts])
	if err != nil || attempts < 1 {
		return Effort{}
	}
	milliseconds, err := strconv.ParseInt(metadata[metadataMilliseconds], 10, 64)
	if err != nil || milliseconds < 0 {
		return Effort{}
	}
	return Effort{Attempts: attempts, Time: time.Duration(milliseconds) * time.Millisecond}
}
