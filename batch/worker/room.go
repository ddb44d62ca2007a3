package main

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"

	"batchjobwithlambda/batch/objects"
)

const (
	// shareOfMemory is the share of the job's memory that is for objects on their way: an
	// eighth, 256 MiB of 2 GiB. The rest is the command's.
	shareOfMemory = 8
	// firstOutput is how large an output is expected to be before there was one.
	firstOutput = 8 << 20
	// leastOutput is what an output takes at least.
	leastOutput = 64 << 10
)

// parallelFor is how many requests may be under way for one large object in a job with the
// memory: four, of which each has a connection of its own, if the room for objects is not too
// small for them.
func parallelFor(memoryMiB int) int {
	if memoryMiB < 1024 {
		return 2
	}
	return 4
}

// room is the memory for objects on their way: inputs that were fetched ahead, and outputs
// that are being sent.
type room struct {
	free *semaphore.Weighted
	// input and largest are the most that an input and an output take of it.
	input, largest int64

	mu sync.Mutex
	// output is how many bytes of an output are expected to be in memory: the most of late.
	output int64
}

// newRoom is for a job with the memory, and a client with as many requests for one object.
func newRoom(memoryMiB, parallel int) *room {
	input, output := int64(parallel)*objects.PartMemory, int64(parallel+1)*objects.PartMemory
	size := max(input+output, int64(memoryMiB)<<20/shareOfMemory)
	return &room{free: semaphore.NewWeighted(size), input: input, largest: output, output: firstOutput}
}

// space is what an object takes of the room.
type space struct {
	room  *room
	bytes int64
}

// need is how much room an object takes.
func (r *room) need(input int64) int64 {
	if input == sizeUnknown {
		input = objects.PartMemory
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return min(input, r.input) + r.output
}

// take waits for room for an input, which may be of [sizeUnknown], and for the output that is
// expected of it.
func (r *room) take(ctx context.Context, input int64) (*space, error) {
	bytes := r.need(input)
	if err := r.free.Acquire(ctx, bytes); err != nil {
		return nil, context.Cause(ctx)
	}
	return &space{room: r, bytes: bytes}, nil
}

// learn says how large an output was. What is expected falls slowly, because outputs of one
// command differ.
func (r *room) learn(output int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	output = min(max(output, leastOutput), r.largest)
	r.output = max(output, r.output-r.output/16)
}

// release gives the space back.
func (s *space) release() { s.room.free.Release(s.bytes) }
