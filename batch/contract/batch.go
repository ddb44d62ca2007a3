package contract

import "strconv"

// Batch is on how many objects one process of a command with [InFiles] works.
type Batch struct {
	// Objects is how many there may be.
	Objects int `env:"OBJECTS"`
	// Bytes is how much they may have in all. An object with more is a batch of its own.
	Bytes int64 `env:"BYTES"`
}

// batchPrefix begins the names of the variables; see [WorkSettings].
const batchPrefix = "BATCH_"

// variables are the settings, if they were made, as environment variables.
func (b Batch) variables() map[string]string {
	if b == (Batch{}) {
		return nil
	}
	return map[string]string{
		batchPrefix + "OBJECTS": strconv.Itoa(b.Objects),
		batchPrefix + "BYTES":   strconv.FormatInt(b.Bytes, 10),
	}
}
