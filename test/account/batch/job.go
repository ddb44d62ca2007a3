package batch

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"sync"
)

// The limits of SubmitJob ("Service quotas" and "Array jobs", AWS Batch User Guide).
const (
	minArraySize = 2
	maxArraySize = 10_000
	maxAttempts  = 10
)

// Status is how far a job is.
type Status string

// The ends of a job, and what one is before.
const (
	Succeeded Status = "SUCCEEDED"
	Failed    Status = "FAILED"
	// Running is a job at work, and Pending an array whose children are.
	Running Status = "RUNNING"
	Pending Status = "PENDING"
)

// Request is a request of SubmitJob, as a state machine makes it.
type Request struct {
	JobName, JobQueue, JobDefinition string
	Parameters                       map[string]string
	ArrayProperties                  *struct{ Size int }
	Timeout                          *Timeout
	Tags                             map[string]string

	// ID is the job's; one is made if it is empty.
	ID string `json:"-"`
}

// Detail is what AWS Batch tells of a job, as a state machine sees it.
type Detail struct {
	JobId, JobName, JobQueue, JobDefinition string
	Status                                  Status
	StatusReason                            string `json:",omitempty"`
	Parameters                              map[string]string
	Tags                                    map[string]string
	ArrayProperties                         *Array          `json:",omitempty"`
	Attempts                                []AttemptDetail // Only a job that is no array has any.
}

// Array says how the children of an array ended.
type Array struct {
	Size          int
	StatusSummary map[Status]int
}

// Runner runs jobs.
type Runner struct {
	// Program is the image's entry point, built for this machine.
	Program string
	// Environment is what a job has besides what its definition and AWS Batch set, as
	// os.Environ gives it.
	Environment []string
	// Scratch is the folder below which each attempt has what its volumes hold.
	Scratch string
	// Parallel is how many jobs run at once, 1 or more.
	Parallel int
	// Start is called before an attempt's container runs, and may say why it cannot; nil
	// if nothing is in the way.
	Start func() *NoStart
	// Log opens what gets the output of the job with the given index; a job that is no
	// array's has index 0.
	Log func(index int) (io.WriteCloser, error)
	// Observe is told of every event, by many goroutines at once.
	Observe func(Event)
}

// Event is something that happened to a job; one of its fields is set.
type Event struct {
	// Submitted is how many jobs were submitted: an array's children, or 1.
	Submitted int
	// Started is an attempt that just began.
	Started *Attempt
	// Ended is a job that ended.
	Ended *Ended
}

// Ended says how a job ended.
type Ended struct {
	Index    int
	Status   Status
	Attempts []AttemptDetail
}

// Check returns the reason why AWS Batch would refuse the request, if it would.
func (r Request) Check(definition Definition) error {
	if a := r.ArrayProperties; a != nil && (a.Size < minArraySize || a.Size > maxArraySize) {
		return fmt.Errorf("array size %d: allowed is %d to %d", a.Size, minArraySize, maxArraySize)
	}
	if n := definition.RetryStrategy.Attempts; n < 0 || n > maxAttempts {
		return fmt.Errorf("%d attempts: allowed is 1 to %d", n, maxAttempts)
	}
	return nil
}

// detail is what is known of the job when it is submitted.
func (r Request) detail() Detail {
	detail := Detail{
		JobId:         r.ID,
		JobName:       r.JobName,
		JobQueue:      r.JobQueue,
		JobDefinition: r.JobDefinition,
		Status:        Running,
		Tags:          r.Tags,
		Parameters:    map[string]string{},
	}
	if r.ArrayProperties != nil {
		detail.Status = Pending
	}
	return detail
}

// Run runs the job, or the array of jobs, to its end; when the context ends it is
// terminated, as by TerminateJob. How it went is in the detail; an error says that
// this machine failed.
func (r *Runner) Run(ctx context.Context, definition Definition, request Request) (Detail, error) {
	detail := request.detail()
	detail.JobId = cmp.Or(detail.JobId, NewID())
	detail.JobDefinition = definition.ARN
	maps.Copy(detail.Parameters, definition.Parameters)
	maps.Copy(detail.Parameters, request.Parameters)
	if request.Timeout != nil {
		definition.Timeout = *request.Timeout
	}
	if request.ArrayProperties == nil {
		r.Observe(Event{Submitted: 1})
		ended, err := r.runJob(ctx, job{definition: definition, detail: detail, id: detail.JobId})
		detail.Status, detail.Attempts = ended.Status, ended.Attempts
		if n := len(ended.Attempts); n > 0 {
			detail.StatusReason = ended.Attempts[n-1].StatusReason
		}
		return detail, err
	}
	return r.runArray(ctx, definition, detail, request.ArrayProperties.Size)
}

func (r *Runner) runArray(ctx context.Context, definition Definition, detail Detail, size int) (Detail, error) {
	r.Observe(Event{Submitted: size})
	var (
		mu       sync.Mutex
		summary  = map[Status]int{}
		failures error
		children sync.WaitGroup
		next     = make(chan int)
	)
	for range min(size, r.Parallel) {
		children.Go(func() {
			for index := range next {
				ended, err := r.runJob(ctx, job{
					definition: definition, detail: detail, id: fmt.Sprintf("%s:%d", detail.JobId, index), index: index, size: size,
				})
				mu.Lock()
				summary[ended.Status]++
				failures = errors.Join(failures, err)
				mu.Unlock()
			}
		})
	}
	for index := range size {
		next <- index
	}
	close(next)
	children.Wait()
	detail.ArrayProperties = &Array{Size: size, StatusSummary: summary}
	detail.Status = Succeeded
	if summary[Failed] > 0 {
		detail.Status, detail.StatusReason = Failed, "Array Child Job failed"
	}
	return detail, failures
}

// job is one job: a child of an array, or one that is no array's and has size 0.
type job struct {
	definition Definition
	detail     Detail
	id         string
	index      int
	size       int
}

// runJob tries the job until it succeeds or is not to be tried again.
func (r *Runner) runJob(ctx context.Context, j job) (Ended, error) {
	ended := Ended{Index: j.index, Status: Failed}
	defer func() { r.Observe(Event{Ended: &ended}) }()
	for number := 1; number <= max(1, j.definition.RetryStrategy.Attempts) && ctx.Err() == nil; number++ {
		e, err := r.attempt(ctx, j, number)
		if err != nil {
			return ended, err
		}
		ended.Attempts = append(ended.Attempts, e.detail())
		if e.code != nil && *e.code == 0 && !e.final {
			ended.Status = Succeeded
			return ended, nil
		}
		if e.final || !j.definition.RetryStrategy.retries(e) {
			break
		}
	}
	return ended, nil
}

// command is the definition's command with the parameters in the place of their
// references; one without a value stays as it is.
func (j job) command() []string {
	var command []string
	for _, argument := range j.definition.ContainerProperties.Command {
		if name, ok := strings.CutPrefix(argument, "Ref::"); ok {
			if value, ok := j.detail.Parameters[name]; ok {
				argument = value
			}
		}
		command = append(command, argument)
	}
	return command
}

// NewID makes the id of a job.
func NewID() string {
	var b [16]byte
	rand.Read(b[:])
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
