package config

import (
	"fmt"
	"time"

	"batchjobwithlambda/batch/contract"
)

// MaxBatchObjects is how many objects one process may work on. When a job dies without a word, as
// many have to be tried one at a time for each process that ran.
const MaxBatchObjects = 100

// Batch is on how many objects one process of a command with {in...} works.
type Batch struct {
	// Objects is how many there may be, 2 to 100, if the command has {in...}; default: none.
	Objects int
	// Bytes is how much the objects of a batch may have in all; default: 256 MiB.
	Bytes int64
}

// Contract is what a job is told of it.
func (b Batch) Contract() contract.Batch { return contract.Batch{Objects: b.Objects, Bytes: b.Bytes} }

func (b Batch) withDefaults() Batch {
	if b.Objects != 0 && b.Bytes == 0 {
		b.Bytes = 256 << 20
	}
	return b
}

// checkBatch requires a batch of a command with {in...}, and of no other.
func (v *validator) checkBatch(p Pipeline) {
	batch := p.Job.Batch
	if !contract.Command(p.Command).Uses(contract.InFiles) {
		v.check(batch == Batch{}, "Job.Batch", fmt.Sprintf("%+v", batch), "none, because Command has no "+contract.InFiles)
		return
	}
	v.check(batch.Objects >= 2 && batch.Objects <= MaxBatchObjects, "Job.Batch.Objects", batch.Objects,
		fmt.Sprintf("2 to %d, because Command has %s", MaxBatchObjects, contract.InFiles))
	if batch.Objects == 0 { // Then nothing else is known.
		return
	}
	v.check(batch.Bytes >= 1, "Job.Batch.Bytes", batch.Bytes, "1 or more")
	v.checkTime("Job.ObjectLimit", p.Job.ObjectLimit, time.Second,
		((p.Job.AttemptLimit - time.Second) / 2).Truncate(time.Second),
		", because the object that takes too long in a batch is then tried alone")
}
