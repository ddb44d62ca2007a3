package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/batch"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"

	"batchjobwithlambda/batch/contract"
)

type job struct {
	batchtypes.JobDetail
	going bool
}

func (j *job) end(status batchtypes.JobStatus) {
	j.Status, j.going = status, false
}

// addJob adds a job, which goes on or has come to its end.
func (c *cloud) addJob(status batchtypes.JobStatus, goesOn bool) string {
	id := "job" + strconv.Itoa(len(c.jobs))
	c.jobs[id] = &job{
		JobDetail: batchtypes.JobDetail{
			JobId:     &id,
			Status:    status,
			CreatedAt: aws.Int64(1_000_000),
		},
		going: goesOn,
	}
	if !goesOn && !ended(status) {
		c.jobs[id].end(batchtypes.JobStatusFailed)
		c.jobs[id].StatusReason = aws.String("the execution which was managing this resource was aborted")
	}
	return id
}

func (c *cloud) addArray() string {
	id := c.addJob(batchtypes.JobStatusPending, true)
	c.jobs[id].ArrayProperties = &batchtypes.ArrayPropertiesDetail{
		Size:          aws.Int32(60),
		StatusSummary: map[string]int32{"SUCCEEDED": 2, "RUNNING": 16, "RUNNABLE": 42},
	}
	return id
}

func (c *cloud) definitions() batch.DescribeJobDefinitionsOutput {
	volume := batchtypes.Volume{Name: aws.String("scratch")}
	if c.volumeHasHost {
		volume.Host = &batchtypes.Host{}
	}
	return batch.DescribeJobDefinitionsOutput{JobDefinitions: []batchtypes.JobDefinition{{
		JobDefinitionName: aws.String("definition"),
		ContainerProperties: &batchtypes.ContainerProperties{
			Volumes: []batchtypes.Volume{volume},
			Environment: []batchtypes.KeyValuePair{
				{Name: aws.String("INPUT"), Value: aws.String("s3://" + bucket + "/input/")},
				{Name: aws.String("OUTPUT"), Value: aws.String("s3://" + bucket + "/output/")},
			},
		},
	}}}
}

func (c *cloud) describeJobs(r map[string]any) (any, error) {
	id := r["jobs"].([]any)[0].(string)
	return batch.DescribeJobsOutput{Jobs: []batchtypes.JobDetail{c.jobs[id].JobDetail}}, nil
}

func (c *cloud) submitJob(r map[string]any) (any, error) {
	c.started++
	var id string
	switch name := r["jobName"].(string); name[strings.LastIndex(name, "-")+1:] {
	case "tmp":
		id = c.addJob(batchtypes.JobStatusSucceeded, false)
		if err := c.leaveResult(r["parameters"].(map[string]any)["results"].(string)); err != nil {
			return nil, err
		}
	case "thousand":
		id = c.addJob(batchtypes.JobStatusFailed, false)
		c.jobs[id].ArrayProperties = &batchtypes.ArrayPropertiesDetail{Size: aws.Int32(thousand)}
	default:
		return nil, fmt.Errorf("job %s: nobody said what it does", name)
	}
	return batch.SubmitJobOutput{JobId: &id, JobName: aws.String(r["jobName"].(string))}, nil
}

func (c *cloud) leaveResult(location string) error {
	results, err := contract.ParseLocation(location)
	if err != nil {
		return err
	}
	result := contract.Result{Key: "input/a", Status: contract.Done}
	if c.tmpReason != "" {
		result = contract.Result{Key: "input/a", Status: contract.Failed, ExitCode: 1, Reason: c.tmpReason}
	}
	address := contract.ResultAddress(results, 0)
	_, err = c.store.Put(address.Bucket, address.Key, strings.NewReader(string(contract.AppendResult(nil, result))), nil)
	return err
}

func (c *cloud) terminateJob(r map[string]any) (any, error) {
	c.jobs[r["jobId"].(string)].end(batchtypes.JobStatusFailed)
	return batch.TerminateJobOutput{}, nil
}

// listJobs lists the children of the array of a thousand: three have succeeded, and those
// that failed come on two pages.
func (c *cloud) listJobs(r map[string]any) (any, error) {
	from, to := 0, 3
	output := batch.ListJobsOutput{}
	if r["jobStatus"] == string(batchtypes.JobStatusFailed) {
		from, to = 3, 500
		if r["nextToken"] == nil {
			output.NextToken = aws.String("more")
		} else {
			from, to = 500, thousand
		}
	}
	for i := from; i < to; i++ {
		started := int64(1_000_000) + int64(40*time.Second/time.Millisecond) + int64(i)*50
		if c.startsAreSlow {
			started += int64(i) * 1000
		}
		output.JobSummaryList = append(output.JobSummaryList, batchtypes.JobSummary{
			JobId:     aws.String(r["arrayJobId"].(string) + ":" + strconv.Itoa(i)),
			JobName:   aws.String("thousand"),
			StartedAt: &started,
		})
	}
	return output, nil
}
