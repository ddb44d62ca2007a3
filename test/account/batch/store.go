package batch

import (
	"context"
	"slices"
	"sync"
	"time"
)

// store has every job that was submitted, in the order of their submission. The children of an
// array are in their parent's hands.
type store struct {
	mu   sync.Mutex
	jobs []*stored
}

// stored is a job, or an array of jobs, that goes on whether or not anybody waits for it.
type stored struct {
	created   time.Time
	terminate context.CancelFunc
	// done is closed once the job has ended.
	done chan struct{}

	mu     sync.Mutex
	detail Detail
	err    error
}

// start starts a job, which ends by itself or when it is terminated.
func (s *store) start(ctx context.Context, request Request, run func(context.Context) (Detail, error)) *stored {
	ctx, terminate := context.WithCancel(context.WithoutCancel(ctx))
	job := &stored{created: time.Now(), terminate: terminate, done: make(chan struct{}), detail: request.detail()}
	s.mu.Lock()
	s.jobs = append(s.jobs, job)
	s.mu.Unlock()
	go func() {
		detail, err := run(ctx)
		job.mu.Lock()
		job.detail, job.err = detail, err
		job.mu.Unlock()
		terminate()
		close(job.done)
	}()
	return job
}

func (s *store) all() []*stored {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.jobs)
}

// end is what became of the job, so far; an error says that this machine failed.
func (j *stored) end() (Detail, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.detail, j.err
}
