package main

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/batch"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
)

const thousand = 1000

// startLimit is twice what Fargate's own pace and a minute for each wave of 256 vCPUs add
// up to ("AWS Fargate throttling quotas", Amazon ECS Developer Guide).
const startLimit = 10 * time.Minute

var claimThousand = claim{fmt.Sprintf("%d jobs start within %s", thousand, startLimit), false}

// tryThousand submits an array of jobs that end as soon as they have started, and adds up
// when they did.
func tryThousand(ctx context.Context, h *hour) error {
	command, err := h.commandOf("thousand", "true")
	if err != nil {
		return err
	}
	id, err := h.submitJob(ctx, "thousand", batch.SubmitJobInput{
		ArrayProperties: &batchtypes.ArrayProperties{Size: aws.Int32(thousand)},
		RetryStrategy:   &batchtypes.RetryStrategy{Attempts: aws.Int32(1)},
		Timeout:         &batchtypes.JobTimeout{AttemptDurationSeconds: aws.Int32(60)},
		ContainerOverrides: &batchtypes.ContainerOverrides{
			Command: command,
			ResourceRequirements: []batchtypes.ResourceRequirement{
				{Type: batchtypes.ResourceTypeVcpu, Value: aws.String("0.25")},
				{Type: batchtypes.ResourceTypeMemory, Value: aws.String("512")},
			},
		},
	})
	if err != nil {
		return err
	}
	err = h.until(ctx, 3*startLimit, func() (bool, error) {
		array, err := h.job(ctx, id)
		return err == nil && ended(array.Status), err
	})
	if err != nil {
		return fmt.Errorf("the end of array %s: %w", id, err)
	}
	array, err := h.job(ctx, id)
	if err != nil {
		return err
	}
	first, last, n, err := h.starts(ctx, array)
	if err != nil {
		return err
	}
	h.addIf(n == thousand && last <= startLimit, claimThousand, "%d started, the first after %s and the last after %s", n, first, last)
	return nil
}

// starts counts the children of an array that have started, and says how long after the
// array was made the first and the last of them did.
func (h *hour) starts(ctx context.Context, array batchtypes.JobDetail) (first, last time.Duration, n int, err error) {
	for _, status := range []batchtypes.JobStatus{batchtypes.JobStatusSucceeded, batchtypes.JobStatusFailed} {
		pages := batch.NewListJobsPaginator(h.jobs, &batch.ListJobsInput{ArrayJobId: array.JobId, JobStatus: status})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return 0, 0, 0, err
			}
			for _, child := range page.JobSummaryList {
				if child.StartedAt == nil {
					continue
				}
				after := time.Duration(*child.StartedAt-aws.ToInt64(array.CreatedAt)) * time.Millisecond
				if n == 0 || after < first {
					first = after
				}
				last = max(last, after)
				n++
			}
		}
	}
	return first, last, n, nil
}
