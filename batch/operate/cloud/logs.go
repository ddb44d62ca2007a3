package cloud

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/batch"

	"batchjobwithlambda/batch/operate/runs"
)

// followPause is how long to wait for new lines: a job writes one in ten seconds.
const followPause = 5 * time.Second

// errNoJob is returned for a run that has submitted no job.
var errNoJob = errors.New("the run has submitted no job, so there is no log")

// Logs yields the lines of the jobs' logs; see [runs.Place]. The lines of a hundred jobs at a
// time come in the order of their time.
func (p *Place) Logs(ctx context.Context, run runs.Run, query runs.LogQuery) iter.Seq2[runs.Line, error] {
	return func(yield func(runs.Line, error) bool) {
		seen := cursors{}
		for {
			before := run
			goesOn, err := p.logsOnce(ctx, run, query, seen, yield)
			if err != nil {
				yield(runs.Line{}, err)
			}
			if err != nil || !goesOn || !query.Follow || before.Status != runs.Running {
				return
			}
			if err = p.clock.Pause(ctx, followPause); err == nil {
				run, err = p.Named(ctx, run.Name)
			}
			if err != nil {
				yield(runs.Line{}, err)
				return
			}
		}
	}
}

// logsOnce yields the lines that were not seen yet. It returns false when no more are wanted.
func (p *Place) logsOnce(
	ctx context.Context, run runs.Run, query runs.LogQuery, seen cursors, yield func(runs.Line, error) bool,
) (bool, error) {
	jobs, err := p.jobsOf(ctx, run)
	if err != nil {
		return false, err
	}
	if len(jobs) == 0 {
		if query.Follow && run.Status == runs.Running {
			return true, nil
		}
		return false, errNoJob
	}
	// The shards of a second round are numbered after those of the first.
	var ids []string
	for _, job := range jobs {
		ids = append(ids, shardsOf(job)...)
	}
	if query.Shard >= len(ids) {
		return false, fmt.Errorf("-shard: got %d, want less than %d", query.Shard, len(ids))
	}
	first := 0
	if query.Shard != runs.AllShards {
		ids, first = ids[query.Shard:query.Shard+1], query.Shard
	}
	for chunk := range slices.Chunk(ids, describedAtOnce) {
		streams, err := p.streams(ctx, chunk, first)
		if err != nil {
			return false, err
		}
		first += len(chunk)
		for line, err := range p.lines(ctx, streams, query.Key, seen) {
			if err != nil {
				return false, err
			}
			if query.Matches(line) && !yield(line, nil) {
				return false, nil
			}
		}
	}
	return true, nil
}

// streams returns the log streams of the jobs, with the numbers of their shards, of which the
// first is given. A job that has not started has none.
func (p *Place) streams(ctx context.Context, ids []string, first int) (map[string]int, error) {
	answer, err := p.jobs.DescribeJobs(ctx, &batch.DescribeJobsInput{Jobs: ids})
	if err != nil {
		return nil, err
	}
	streams := map[string]int{}
	for _, job := range answer.Jobs {
		shard := first + slices.Index(ids, aws.ToString(job.JobId))
		if job.Container != nil && job.Container.LogStreamName != nil {
			streams[*job.Container.LogStreamName] = shard
		}
		for _, attempt := range job.Attempts {
			if attempt.Container != nil && attempt.Container.LogStreamName != nil {
				streams[*attempt.Container.LogStreamName] = shard
			}
		}
	}
	return streams, nil
}
