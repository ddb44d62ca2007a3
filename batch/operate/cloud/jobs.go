package cloud

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/batch"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"

	"batchjobwithlambda/batch/operate/cost"
	"batchjobwithlambda/batch/operate/runs"
)

// describedAtOnce is how many jobs DescribeJobs takes ("DescribeJobs", AWS Batch API Reference).
const describedAtOnce = 100

// jobsOf describes the jobs that the run has submitted, the first one first; none if it has not yet.
func (p *Place) jobsOf(ctx context.Context, run runs.Run) ([]batchtypes.JobDetail, error) {
	h, err := p.history(ctx, run)
	if err != nil {
		return nil, err
	}
	var jobs []batchtypes.JobDetail
	for _, id := range slices.Backward(h.jobs) {
		job, err := p.describe(ctx, id)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, job)
	}
	return jobs, nil
}

// errJobGone is returned for a job that AWS Batch has forgotten.
var errJobGone = errors.New(
	"AWS Batch does not have the run's job any more: it keeps jobs that ended for at least 7 days",
)

func (p *Place) describe(ctx context.Context, id string) (batchtypes.JobDetail, error) {
	answer, err := p.jobs.DescribeJobs(ctx, &batch.DescribeJobsInput{Jobs: []string{id}})
	if err != nil {
		return batchtypes.JobDetail{}, err
	}
	if len(answer.Jobs) == 0 {
		return batchtypes.JobDetail{}, errJobGone
	}
	return answer.Jobs[0], nil
}

// shardsOf are the ids of the jobs that work on shards: the children of an array, or the job
// itself.
func shardsOf(job batchtypes.JobDetail) []string {
	id := aws.ToString(job.JobId)
	if job.ArrayProperties == nil {
		return []string{id}
	}
	var ids []string
	for shard := range aws.ToInt32(job.ArrayProperties.Size) {
		ids = append(ids, id+":"+strconv.Itoa(int(shard)))
	}
	return ids
}

// JobTimes returns how long the last attempt of each job took, without the larger ones; see
// [runs.Place].
func (p *Place) JobTimes(ctx context.Context, run runs.Run) ([]time.Duration, error) {
	jobs, err := p.jobsOf(ctx, run)
	if len(jobs) == 0 {
		return nil, err
	}
	job := jobs[0]
	if job.ArrayProperties == nil {
		return appendTime(nil, job.StartedAt, job.StoppedAt), nil
	}
	var times []time.Duration
	for _, status := range []batchtypes.JobStatus{batchtypes.JobStatusSucceeded, batchtypes.JobStatusFailed} {
		pages := batch.NewListJobsPaginator(p.jobs, &batch.ListJobsInput{ArrayJobId: job.JobId, JobStatus: status})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, child := range page.JobSummaryList {
				times = appendTime(times, child.StartedAt, child.StoppedAt)
			}
		}
	}
	return times, nil
}

// appendTime appends how long a job ran, if it did; both times are in milliseconds.
func appendTime(times []time.Duration, started, stopped *int64) []time.Duration {
	if started == nil || stopped == nil {
		return times
	}
	return append(times, time.Duration(*stopped-*started)*time.Millisecond)
}

// describeDefinition describes the job definition of the next run; nil if there is none with a
// container.
func (p *Place) describeDefinition(ctx context.Context) (*batchtypes.JobDefinition, error) {
	answer, err := p.jobs.DescribeJobDefinitions(ctx, &batch.DescribeJobDefinitionsInput{
		JobDefinitions: []string{p.definition},
	})
	if err != nil || len(answer.JobDefinitions) == 0 || answer.JobDefinitions[0].ContainerProperties == nil {
		return nil, err
	}
	return &answer.JobDefinitions[0], nil
}

// JobSize returns what each job has, by its definition.
func (p *Place) JobSize(ctx context.Context) (cost.Size, error) {
	definition, err := p.describeDefinition(ctx)
	if err != nil {
		return cost.Size{}, err
	}
	if definition == nil {
		return cost.Size{}, fmt.Errorf("job definition %s: got none, want one with a container", p.definition)
	}
	size, err := sizeOf(definition.ContainerProperties)
	if err != nil {
		return cost.Size{}, fmt.Errorf("job definition %s: %w", p.definition, err)
	}
	return size, nil
}

func sizeOf(container *batchtypes.ContainerProperties) (cost.Size, error) {
	var size cost.Size
	for _, need := range container.ResourceRequirements {
		var err error
		switch need.Type {
		case batchtypes.ResourceTypeVcpu:
			size.VCPU, err = strconv.ParseFloat(aws.ToString(need.Value), 64)
		case batchtypes.ResourceTypeMemory:
			size.MemoryMiB, err = strconv.Atoi(aws.ToString(need.Value))
		}
		if err != nil {
			return cost.Size{}, fmt.Errorf("%s: %w", need.Type, err)
		}
	}
	platform := container.RuntimePlatform
	size.ARM64 = platform != nil && strings.EqualFold(aws.ToString(platform.CpuArchitecture), "ARM64")
	return size, nil
}
