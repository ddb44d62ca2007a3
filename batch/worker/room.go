package main

import (
	"context"

	"golang.org/x/sync/semaphore"

	"batchjobwithlambda/batch/objects"
)

const (
	// shareOfMemory is the share of the job's memory that is the worker's: an eighth, 256 MiB of
	// 2 GiB. The rest is the command's.
	shareOfMemory = 8
	// program is what the worker takes of it besides inputs and outputs: its code, connections
	// and stacks, and what the garbage collector has not collected yet.
	program = 24 << 20
	// wholeShare is the share of the room for inputs that one input may take to be in memory as
	// a whole.
	wholeShare = 4
)

// memory is how the worker's share of the job's memory is used. Inputs and outputs have a half
// each, and wait only for their own kind: an object that has its input never waits for the
// memory of inputs again, so outputs come to their end, and with them inputs.
type memory struct {
	inputs, outputs int64
	// parallel is how many requests may be under way for one large object, each for a part.
	parallel int
	part     int64
	// whole is how large an input may be to be in memory as a whole.
	whole int64
}

// memoryOf is that of a job with so much. A job of less than 512 MiB, which Fargate has none of,
// gets as much as one of 512.
func memoryOf(jobMiB int) memory {
	m := memory{parallel: 4, part: objects.PartMemory}
	if jobMiB < 1024 {
		m.parallel, m.part = 2, objects.LeastPart
	}
	half := (int64(max(jobMiB, 512))<<20/shareOfMemory - program) / 2
	m.inputs, m.outputs, m.whole = half, half, max(m.part, half/wholeShare)
	return m
}

// room is the memory for inputs that are on their way, or that a command works on.
type room struct {
	memory
	free *semaphore.Weighted
}

func newRoom(m memory) *room { return &room{memory: m, free: semaphore.NewWeighted(m.inputs)} }

// space is what an input takes of the room.
type space struct {
	room  *room
	bytes int64
}

// need is how much room an input takes.
func (r *room) need(input int64) int64 {
	if input > r.whole {
		return int64(r.parallel) * r.part
	}
	return max(input, 1)
}

// take waits for room for an input.
func (r *room) take(ctx context.Context, input int64) (*space, error) {
	bytes := r.need(input)
	if err := r.free.Acquire(ctx, bytes); err != nil {
		return nil, context.Cause(ctx)
	}
	return &space{room: r, bytes: bytes}, nil
}

// release gives the space back.
func (s *space) release() { s.room.free.Release(s.bytes) }
