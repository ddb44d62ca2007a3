package main

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"batchjobwithlambda/batch/contract"
)

const pipelineDefinition = `{"States": {
	"Notify": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish"},
	"Submit": {"Type": "Task", "Resource": "arn:aws:states:::batch:submitJob.sync", "Parameters": {
		"JobQueue": "queue", "JobDefinition": "definition:1",
		"Tags": {"pipeline": "BatchJobWithLambda-dev", "run.$": "$$.Execution.Name"}}}}}`

type execution struct {
	name  string
	going bool
	// asked is how often somebody asked for it: it ends when somebody has asked twice.
	asked  int
	status sfntypes.ExecutionStatus
	error  string
	cause  string
	// plan is what its first state made, and job what it submitted; either may be "".
	plan string
	job  string
}

// operations are those of all services, by their names in small letters.
var operations = map[string]operation{
	"describestatemachine": func(c *cloud, r map[string]any) (any, error) {
		definition := c.machines[r["stateMachineArn"].(string)]
		return sfn.DescribeStateMachineOutput{Definition: &definition, RoleArn: aws.String("role")}, nil
	},
	"createstatemachine": func(c *cloud, r map[string]any) (any, error) {
		arn := "arn:aws:states:eu-north-1:" + account + ":stateMachine:" + r["name"].(string)
		c.started++
		c.machines[arn] = r["definition"].(string)
		return sfn.CreateStateMachineOutput{StateMachineArn: &arn}, nil
	},
	"deletestatemachine": func(c *cloud, r map[string]any) (any, error) {
		delete(c.machines, r["stateMachineArn"].(string))
		return sfn.DeleteStateMachineOutput{}, nil
	},
	"startexecution":      (*cloud).startExecution,
	"stopexecution":       (*cloud).stopExecution,
	"describeexecution":   (*cloud).describeExecution,
	"getexecutionhistory": (*cloud).getExecutionHistory,
	"describejobs":        (*cloud).describeJobs,
	"submitjob":           (*cloud).submitJob,
	"terminatejob":        (*cloud).terminateJob,
	"listjobs":            (*cloud).listJobs,
	"describejobdefinitions": func(c *cloud, _ map[string]any) (any, error) {
		return c.definitions(), nil
	},
	"liststackresources":  (*cloud).listStackResources,
	"gettemplate":         (*cloud).getTemplate,
	"updatestack":         (*cloud).updateStack,
	"describestacks":      (*cloud).describeStacks,
	"describestackevents": (*cloud).describeStackEvents,
	"putrule":             (*cloud).putRule,
	"deleterule":          (*cloud).deleteRule,
	"puttargets":          (*cloud).putTargets,
	"removetargets":       (*cloud).removeTargets,
	"createqueue":         (*cloud).createQueue,
	"deletequeue":         (*cloud).deleteQueue,
	"receivemessage":      (*cloud).receiveMessage,
}

// startExecution starts what the name's last word says.
func (c *cloud) startExecution(r map[string]any) (any, error) {
	c.started++
	name := r["name"].(string)
	arn := strings.Replace(r["stateMachineArn"].(string), ":stateMachine:", ":execution:", 1) + ":" + name
	e := &execution{name: name, going: true}
	c.executions[arn] = e
	switch name[strings.LastIndex(name, "-")+1:] {
	case "run":
		c.planRun(e)
	case "failure":
		e.status, e.error, e.cause = sfntypes.ExecutionStatusFailed, "InvalidInput", "input: firsthour is not allowed"
	case "state":
		e.status, e.error = sfntypes.ExecutionStatusFailed, "States.Timeout"
		e.job = c.addJob(batchtypes.JobStatusRunning, c.stateLeavesJob)
	case "execution":
		e.status = sfntypes.ExecutionStatusTimedOut
		e.job = c.addJob(batchtypes.JobStatusRunning, c.executionLeavesJob)
	case "stop":
		e.status = sfntypes.ExecutionStatusRunning
		e.job = c.addArray()
	default:
		return nil, fmt.Errorf("execution %s: nobody said what it does", name)
	}
	return sfn.StartExecutionOutput{ExecutionArn: &arn}, nil
}

func (c *cloud) planRun(e *execution) {
	run := contract.Run{Runs: contract.Location{Bucket: bucket, Prefix: "runs/"}, ID: e.name}
	for _, address := range []contract.Address{run.Manifest(), run.Report()} {
		if _, err := c.store.Put(address.Bucket, address.Key, strings.NewReader("{}"), nil); err != nil {
			panic(err) // There is no room for a test.
		}
	}
	e.plan = `{"batch_input": {"manifest": "` + run.Manifest().String() + `"}, "shards": 3}`
	e.status = sfntypes.ExecutionStatusSucceeded
	if c.tagsAreRefused {
		e.status, e.error = sfntypes.ExecutionStatusFailed, "JobNotSubmitted"
		e.cause = "User is not authorized to perform: batch:TagResource"
		return
	}
	if c.runFails {
		e.status, e.error, e.cause = sfntypes.ExecutionStatusFailed, "ObjectsFailed", "24 of 24 failed"
	}
	e.job = c.addJob(batchtypes.JobStatusSucceeded, false)
	c.jobs[e.job].Tags = map[string]string{"pipeline": "BatchJobWithLambda-dev"}
}

func (c *cloud) describeExecution(r map[string]any) (any, error) {
	e := c.executions[r["executionArn"].(string)]
	e.asked++
	output := sfn.DescribeExecutionOutput{Status: sfntypes.ExecutionStatusRunning}
	if e.asked == 1 || e.status == sfntypes.ExecutionStatusRunning {
		return output, nil
	}
	e.going = false
	output.Status = e.status
	if e.error != "" {
		output.Error, output.Cause = &e.error, &e.cause
	}
	return output, nil
}

func (c *cloud) stopExecution(r map[string]any) (any, error) {
	e := c.executions[r["executionArn"].(string)]
	e.going, e.status = false, sfntypes.ExecutionStatusAborted
	if array := c.jobs[e.job]; array.ArrayProperties != nil && !c.stopLeavesChildren {
		array.end(batchtypes.JobStatusFailed)
		array.ArrayProperties.StatusSummary = map[string]int32{"SUCCEEDED": 2, "FAILED": 58}
	}
	return sfn.StopExecutionOutput{}, nil
}

func (c *cloud) getExecutionHistory(r map[string]any) (any, error) {
	e := c.executions[r["executionArn"].(string)]
	events := []sfntypes.HistoryEvent{{Id: 1, Type: sfntypes.HistoryEventTypeExecutionStarted}}
	if e.plan != "" {
		events = append(events, sfntypes.HistoryEvent{
			Id:                      3,
			Type:                    sfntypes.HistoryEventTypeTaskStateExited,
			StateExitedEventDetails: &sfntypes.StateExitedEventDetails{Name: aws.String("Plan"), Output: &e.plan},
		})
	}
	if e.job != "" {
		events = append(events, sfntypes.HistoryEvent{
			Id:   2,
			Type: sfntypes.HistoryEventTypeTaskSubmitted,
			TaskSubmittedEventDetails: &sfntypes.TaskSubmittedEventDetails{
				Resource:     aws.String("submitJob.sync"),
				ResourceType: aws.String("batch"),
				Output:       aws.String(`{"JobId": "` + e.job + `"}`),
			},
		})
	}
	return sfn.GetExecutionHistoryOutput{Events: events}, nil
}
