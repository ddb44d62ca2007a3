package cloud

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/batch"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"batchjobwithlambda/batch/operate/doctor"
	"batchjobwithlambda/batch/operate/runs"
)

// Facts asks AWS for everything that the doctor looks at, except the stack, by which the place was
// found. What is refused is among the facts; run is nil if nothing has run yet.
func (p *Place) Facts(ctx context.Context, environment string, run *runs.Run) doctor.Facts {
	facts := doctor.Facts{Environment: environment, Stack: p.stack, Run: run, DeadLetters: map[string]int{}}
	for _, ask := range []func(context.Context, *doctor.Facts) error{
		p.askResources, p.askDefinition, p.askRun,
	} {
		if err := ask(ctx, &facts); err != nil {
			facts.Refused = append(facts.Refused, err)
		}
	}
	return facts
}

// askResources asks for the compute environments, job queues and dead-letter queues of the stack.
func (p *Place) askResources(ctx context.Context, facts *doctor.Facts) error {
	ids := map[string][]string{}
	pages := cloudformation.NewListStackResourcesPaginator(p.stacks, &cloudformation.ListStackResourcesInput{
		StackName: p.stack.StackName,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, r := range page.StackResourceSummaries {
			kind := aws.ToString(r.ResourceType)
			ids[kind] = append(ids[kind], aws.ToString(r.PhysicalResourceId))
		}
	}
	return errors.Join(
		p.askEnvironments(ctx, ids["AWS::Batch::ComputeEnvironment"], facts),
		p.askQueues(ctx, ids["AWS::Batch::JobQueue"], facts),
		p.askDeadLetters(ctx, ids["AWS::SQS::Queue"], facts),
	)
}

func (p *Place) askEnvironments(ctx context.Context, arns []string, facts *doctor.Facts) error {
	if len(arns) == 0 { // None given would mean all of the account.
		return nil
	}
	answer, err := p.jobs.DescribeComputeEnvironments(ctx, &batch.DescribeComputeEnvironmentsInput{
		ComputeEnvironments: arns,
	})
	if err == nil {
		facts.Environments = answer.ComputeEnvironments
	}
	return err
}

func (p *Place) askQueues(ctx context.Context, arns []string, facts *doctor.Facts) error {
	if len(arns) == 0 {
		return nil
	}
	answer, err := p.jobs.DescribeJobQueues(ctx, &batch.DescribeJobQueuesInput{JobQueues: arns})
	if err == nil {
		facts.Queues = answer.JobQueues
	}
	return err
}

func (p *Place) askDeadLetters(ctx context.Context, urls []string, facts *doctor.Facts) error {
	for _, url := range urls {
		answer, err := p.queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl:       &url,
			AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameApproximateNumberOfMessages},
		})
		if err != nil {
			return err
		}
		name := string(sqstypes.QueueAttributeNameApproximateNumberOfMessages)
		number, err := strconv.Atoi(answer.Attributes[name])
		if err != nil {
			return fmt.Errorf("queue %s: %s: %w", url, name, err)
		}
		facts.DeadLetters[url] = number
	}
	return nil
}

func (p *Place) askDefinition(ctx context.Context, facts *doctor.Facts) error {
	definition, err := p.describeDefinition(ctx)
	if definition == nil {
		return err
	}
	facts.Definition = definition
	// ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG; an image of somewhere else is not asked for.
	host, name, _ := strings.Cut(aws.ToString(facts.Definition.ContainerProperties.Image), "/")
	repository, tag, tagged := strings.Cut(name, ":")
	if !strings.Contains(host, ".dkr.ecr.") || !tagged {
		return nil
	}
	account, _, _ := strings.Cut(host, ".")
	_, err = p.images.DescribeImages(ctx, &ecr.DescribeImagesInput{
		RegistryId:     &account,
		RepositoryName: &repository,
		ImageIds:       []ecrtypes.ImageIdentifier{{ImageTag: &tag}},
	})
	var noImage *ecrtypes.ImageNotFoundException
	var noRepository *ecrtypes.RepositoryNotFoundException
	if errors.As(err, &noImage) || errors.As(err, &noRepository) {
		facts.ImageMissing = true
		return nil
	}
	return err
}

// askRun asks for the run's job, and for a hundred of those that wait or have failed.
func (p *Place) askRun(ctx context.Context, facts *doctor.Facts) error {
	if facts.Run == nil {
		return nil
	}
	job, err := p.jobOf(ctx, *facts.Run)
	if errors.Is(err, errJobGone) { // An old run is no trouble.
		return nil
	}
	if job == nil {
		return err
	}
	facts.Job = job
	for status, into := range map[batchtypes.JobStatus]*[]batchtypes.JobDetail{
		batchtypes.JobStatusRunnable: &facts.Stuck,
		batchtypes.JobStatusFailed:   &facts.Failed,
	} {
		if job.ArrayProperties == nil {
			if job.Status == status {
				*into = []batchtypes.JobDetail{*job}
			}
			continue
		}
		if *into, err = p.children(ctx, aws.ToString(job.JobId), status); err != nil {
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
