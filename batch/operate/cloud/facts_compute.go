package cloud

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/batch"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"

	"batchjobwithlambda/batch/operate/doctor"
)

func (q *inquiry) askEnvironments(ctx context.Context) error {
	arns := q.ids["AWS::Batch::ComputeEnvironment"]
	if len(arns) == 0 { // None given would mean all of the account.
		return nil
	}
	answer, err := q.jobs.DescribeComputeEnvironments(ctx, &batch.DescribeComputeEnvironmentsInput{
		ComputeEnvironments: arns,
	})
	if err == nil {
		q.facts.Environments = answer.ComputeEnvironments
	}
	return err
}

func (q *inquiry) askQueues(ctx context.Context) error {
	arns := q.ids["AWS::Batch::JobQueue"]
	if len(arns) == 0 {
		return nil
	}
	answer, err := q.jobs.DescribeJobQueues(ctx, &batch.DescribeJobQueuesInput{JobQueues: arns})
	if err == nil {
		q.facts.Queues = answer.JobQueues
	}
	return err
}

func (q *inquiry) askDefinition(ctx context.Context) (err error) {
	if q.facts.Definition, err = q.describeDefinition(ctx); err != nil || q.facts.Definition == nil {
		return err
	}
	q.facts.Size, err = sizeOf(q.facts.Definition.ContainerProperties)
	return err
}

func (q *inquiry) askQuotas(ctx context.Context) error {
	q.facts.Quotas = map[doctor.Quota]float64{}
	for _, e := range q.facts.Environments {
		if e.ComputeResources == nil {
			continue
		}
		quota, ok := doctor.QuotaOf(*e.ComputeResources)
		if !ok {
			continue
		}
		answer, err := q.quotas.GetServiceQuota(ctx, &servicequotas.GetServiceQuotaInput{
			ServiceCode: &quota.Service,
			QuotaCode:   &quota.Code,
		})
		if err != nil {
			return err
		}
		if answer.Quota != nil && answer.Quota.Value != nil {
			q.facts.Quotas[quota] = *answer.Quota.Value
		}
	}
	return nil
}

func (q *inquiry) askJob(ctx context.Context) error {
	if q.facts.Run == nil {
		return nil
	}
	jobs, err := q.jobsOf(ctx, *q.facts.Run)
	if errors.Is(err, errJobGone) { // An old run is no trouble.
		return nil
	}
	if len(jobs) > 0 {
		q.facts.Job = &jobs[len(jobs)-1]
	}
	return err
}

// askChildren asks for a hundred of the run's jobs that wait, and of those that have failed.
func (q *inquiry) askChildren(ctx context.Context) (err error) {
	job := q.facts.Job
	if job == nil {
		return nil
	}
	for status, into := range map[batchtypes.JobStatus]*[]batchtypes.JobDetail{
		batchtypes.JobStatusRunnable: &q.facts.Stuck,
		batchtypes.JobStatusFailed:   &q.facts.Failed,
	} {
		if job.ArrayProperties == nil {
			if job.Status == status {
				*into = []batchtypes.JobDetail{*job}
			}
			continue
		}
		if *into, err = q.children(ctx, aws.ToString(job.JobId), status); err != nil {
			return err
		}
	}
	return nil
}

// children describes the first hundred children of the array that have the status.
func (p *Place) children(ctx context.Context, id string, status batchtypes.JobStatus) ([]batchtypes.JobDetail, error) {
	page, err := p.jobs.ListJobs(ctx, &batch.ListJobsInput{ArrayJobId: &id, JobStatus: status})
	if err != nil || len(page.JobSummaryList) == 0 {
		return nil, err
	}
	var ids []string
	for _, child := range page.JobSummaryList[:min(len(page.JobSummaryList), describedAtOnce)] {
		ids = append(ids, aws.ToString(child.JobId))
	}
	answer, err := p.jobs.DescribeJobs(ctx, &batch.DescribeJobsInput{Jobs: ids})
	if err != nil {
		return nil, err
	}
	return answer.Jobs, nil
}

// askFirstJobs asks for the job at the head of each queue: behind it all others wait.
func (q *inquiry) askFirstJobs(ctx context.Context) error {
	var ids []string
	for _, queue := range q.facts.Queues {
		answer, err := q.jobs.GetJobQueueSnapshot(ctx, &batch.GetJobQueueSnapshotInput{JobQueue: queue.JobQueueArn})
		if err != nil {
			return err
		}
		if answer.FrontOfQueue == nil || len(answer.FrontOfQueue.Jobs) == 0 {
			continue
		}
		arn := aws.ToString(answer.FrontOfQueue.Jobs[0].JobArn)
		ids = append(ids, arn[strings.LastIndex(arn, "/")+1:])
	}
	if len(ids) == 0 {
		return nil
	}
	answer, err := q.jobs.DescribeJobs(ctx, &batch.DescribeJobsInput{Jobs: ids})
	if err == nil {
		q.facts.First = answer.Jobs
	}
	return err
}
