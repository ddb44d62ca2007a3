package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/batch"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"batchjobwithlambda/batch/contract"
)

// errNoManifest is returned where a job has nothing to work on.
var errNoManifest = errors.New("the first run left no manifest to work on")

// commandOf is the command of a job that works through a shard of the manifest of the
// first run, but by a script instead of the pipeline's own command. It leaves its result
// below a folder of its own.
func (h *hour) commandOf(folder, script string) ([]string, error) {
	if h.manifest == (contract.Address{}) {
		return nil, errNoManifest
	}
	return []string{h.manifest.String(), h.resultsOf(folder).String(), "sh", "-c", script}, nil
}

func (h *hour) resultsOf(folder string) contract.Location {
	return contract.Location{Bucket: h.results.Bucket, Prefix: h.results.Prefix + folder + "/"}
}

// submitJob submits a job to the pipeline's queue, with the pipeline's definition, and
// returns its id. It is ended in the end, if it has not by then.
func (h *hour) submitJob(ctx context.Context, name string, input batch.SubmitJobInput) (string, error) {
	input.JobName = aws.String(h.name + "-" + name)
	input.JobQueue = &h.submit.JobQueue
	input.JobDefinition = &h.submit.JobDefinition
	// The definition refers to them, whatever the command.
	input.Parameters = map[string]string{
		"manifest": h.manifest.String(),
		"results":  h.resultsOf(name).String(),
	}
	job, err := h.jobs.SubmitJob(ctx, &input)
	if err != nil {
		return "", err
	}
	id := aws.ToString(job.JobId)
	h.say("submitted job %s", id)
	h.endLater(id)
	return id, nil
}

// endLater ends a job in the end, if it has not ended by then.
func (h *hour) endLater(id string) {
	h.later("end job "+id, func(ctx context.Context) error {
		job, err := h.job(ctx, id)
		if err != nil || ended(job.Status) {
			return err
		}
		_, err = h.jobs.TerminateJob(ctx, &batch.TerminateJobInput{
			JobId:  &id,
			Reason: aws.String("the first hour is over"),
		})
		return err
	})
}

// job describes a job.
func (h *hour) job(ctx context.Context, id string) (batchtypes.JobDetail, error) {
	jobs, err := h.jobs.DescribeJobs(ctx, &batch.DescribeJobsInput{Jobs: []string{id}})
	if err != nil {
		return batchtypes.JobDetail{}, err
	}
	if len(jobs.Jobs) != 1 {
		return batchtypes.JobDetail{}, fmt.Errorf("job %s: got %d, want one", id, len(jobs.Jobs))
	}
	return jobs.Jobs[0], nil
}

// ended reports whether a job has come to its end.
func ended(status batchtypes.JobStatus) bool {
	return status == batchtypes.JobStatusSucceeded || status == batchtypes.JobStatusFailed
}

// children counts the children of an array, by whether they have ended.
func children(array batchtypes.JobDetail) (over, left int) {
	if array.ArrayProperties == nil {
		return 0, 0
	}
	for status, n := range array.ArrayProperties.StatusSummary {
		if ended(batchtypes.JobStatus(status)) {
			over += int(n)
		} else {
			left += int(n)
		}
	}
	return over, left
}

var claimTmp = claim{"The job's user may write to /tmp", true}

// tryTmp lets a job's command write to /tmp.
func tryTmp(ctx context.Context, h *hour) error {
	command, err := h.commandOf("tmp", "cat > /tmp/firsthour && cat /tmp/firsthour")
	if err != nil {
		return err
	}
	id, err := h.submitJob(ctx, "tmp", batch.SubmitJobInput{
		ContainerOverrides: &batchtypes.ContainerOverrides{Command: command},
	})
	if err != nil {
		return err
	}
	err = h.until(ctx, endLimit, func() (bool, error) {
		job, err := h.job(ctx, id)
		return err == nil && ended(job.Status), err
	})
	if err != nil {
		return fmt.Errorf("the end of job %s: %w", id, err)
	}
	address := contract.ResultAddress(h.resultsOf("tmp"), 0)
	file, err := h.files.GetObject(ctx, &s3.GetObjectInput{Bucket: &address.Bucket, Key: &address.Key})
	if err != nil {
		return err
	}
	defer file.Body.Close()
	n := 0
	for result, err := range contract.ReadResults(file.Body) {
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", address, err)
		case result.Status == contract.Failed && strings.Contains(result.Reason, "/tmp"):
			h.add(claimTmp, doesNot, "%s", result.Reason)
			return nil
		case result.Status == contract.Failed:
			return fmt.Errorf("the command failed for another reason: %s", result.Reason)
		}
		n++
	}
	h.addIf(n > 0, claimTmp, "the command did so for %d objects", n)
	return nil
}
