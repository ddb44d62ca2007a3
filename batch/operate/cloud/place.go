package cloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/operate/runs"
	"batchjobwithlambda/batch/people"
)

// ListExecutions returns up to 1,000 executions at once, the newest first ("ListExecutions", AWS Step
// Functions API Reference). Who wants the newest asks for fewer.
const (
	mostExecutions   = 1000
	pageOfExecutions = 100
)

// Place is a pipeline that is deployed to AWS.
type Place struct {
	clients
	pipeline

	clock runs.Clock
	// live is of the run that was watched last; nil if none was.
	live *live
}

// Open finds the pipeline of the stack, with the credentials and the region of the environment.
// Without a name, the stack has to have only one pipeline.
func Open(ctx context.Context, stack, pipeline string, clock runs.Clock) (*Place, error) {
	c, err := newClients(ctx)
	if err != nil {
		return nil, err
	}
	found, err := findPipeline(ctx, c, stack, pipeline)
	if err != nil {
		return nil, err
	}
	return &Place{clients: c, pipeline: found, clock: clock}, nil
}

// Newest returns the newest runs; see [runs.Place]. It looks at no more starts than as many, or
// [mostStarts].
func (p *Place) Newest(ctx context.Context, most int) ([]runs.Run, error) {
	var newest []runs.Run
	seen := 0
	for started, err := range p.pages(ctx, pageOfExecutions) {
		if err == nil {
			started, err = p.withoutIdle(ctx, started)
		}
		if err != nil {
			return nil, err
		}
		newest = append(newest, started...)
		seen += pageOfExecutions
		if len(newest) >= most || seen >= max(most, mostStarts) {
			break
		}
	}
	return newest[:min(len(newest), most)], nil
}

// Since yields the executions from that time on; see [runs.Place].
func (p *Place) Since(ctx context.Context, from time.Time) iter.Seq2[runs.Run, error] {
	return func(yield func(runs.Run, error) bool) {
		for started, err := range p.pages(ctx, mostExecutions) {
			if err != nil {
				yield(runs.Run{}, err)
				return
			}
			for _, run := range started {
				if run.Started.Before(from) || !yield(run, nil) {
					return
				}
			}
		}
	}
}

// pages yields all executions, the newest first, on pages of the size.
func (p *Place) pages(ctx context.Context, size int32) iter.Seq2[[]runs.Run, error] {
	return func(yield func([]runs.Run, error) bool) {
		pages := sfn.NewListExecutionsPaginator(p.states, &sfn.ListExecutionsInput{
			StateMachineArn: &p.stateMachine,
			MaxResults:      size,
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(nil, err)
				return
			}
			started := make([]runs.Run, len(page.Executions))
			for i, e := range page.Executions {
				started[i] = runs.Run{
					Name:    aws.ToString(e.Name),
					Status:  runs.Status(e.Status),
					Started: aws.ToTime(e.StartDate),
					Ended:   aws.ToTime(e.StopDate),
					Link:    people.ExecutionLink(aws.ToString(e.ExecutionArn)),
				}
			}
			if !yield(started, nil) {
				return
			}
		}
	}
}

// Named returns the run with the name; see [runs.Place].
func (p *Place) Named(ctx context.Context, name string) (runs.Run, error) {
	arn := p.execution(name)
	e, err := p.states.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
	var gone *sfntypes.ExecutionDoesNotExist
	if errors.As(err, &gone) {
		return runs.Run{}, fmt.Errorf("%w: got %q: AWS Step Functions keeps executions for 90 days", runs.ErrNone, name)
	}
	if err != nil {
		return runs.Run{}, err
	}
	return runs.Run{
		Name:    name,
		Status:  runs.Status(e.Status),
		Started: aws.ToTime(e.StartDate),
		Ended:   aws.ToTime(e.StopDate),
		Error:   aws.ToString(e.Error),
		Cause:   aws.ToString(e.Cause),
		Link:    people.ExecutionLink(arn),
	}, nil
}

// execution is the ARN of the execution with the name.
func (p *Place) execution(name string) string {
	return strings.Replace(p.stateMachine, ":stateMachine:", ":execution:", 1) + ":" + name
}

// Files says where the run's files are.
func (p *Place) Files(run runs.Run) (contract.Run, error) {
	return contract.NewRun(p.plan.Runs, run.Name)
}

// Open opens a file of a run; see [runs.Place].
func (p *Place) Open(ctx context.Context, file contract.Address) (io.ReadCloser, error) {
	reader, err := p.files.Get(ctx, file)
	if objects.KindOf(err) == objects.NotFound {
		return nil, fmt.Errorf("%s: %w", file, fs.ErrNotExist)
	}
	if err != nil {
		return nil, err
	}
	return reader, nil
}
