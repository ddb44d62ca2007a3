package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/batch"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfntypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"batchjobwithlambda/test/wire"
)

// execution is a run of the fake's state machine.
type execution struct {
	name             string
	status           sfntypes.ExecutionStatus
	started, stopped time.Time
	input            string
	err, cause       string
	// state is the name of the state that it is in, plan what the first one has made, and job
	// the id of what it has submitted; each may be empty.
	state, plan, job string
	// large is the id of the larger job of a second round; empty if there is none.
	large string
}

func (e *execution) arn() string {
	return strings.Replace(machine, ":stateMachine:", ":execution:", 1) + ":" + e.name
}

// job is an array of jobs.
type job struct {
	// children are the status of each, and lines what each has logged.
	children []batchtypes.JobStatus
	lines    map[int][]string
	// reason is why the children have the status that they have, and containerReason what is said
	// of their containers.
	reason, containerReason string
	// parentReason is why the array has its status.
	parentReason string
	// definition is what they were made from.
	definition string
}

var operations = map[string]struct {
	name string
	do   operation
}{
	"describestacks":              {"DescribeStacks", (*fake).describeStacks},
	"listexecutions":              {"ListExecutions", (*fake).listExecutions},
	"describeexecution":           {"DescribeExecution", (*fake).describeExecution},
	"getexecutionhistory":         {"GetExecutionHistory", (*fake).getExecutionHistory},
	"startexecution":              {"StartExecution", (*fake).startExecution},
	"stopexecution":               {"StopExecution", (*fake).stopExecution},
	"describejobs":                {"DescribeJobs", (*fake).describeJobs},
	"listjobs":                    {"ListJobs", (*fake).listJobs},
	"describejobdefinitions":      {"DescribeJobDefinitions", (*fake).describeJobDefinitions},
	"liststackresources":          {"ListStackResources", (*fake).listStackResources},
	"describecomputeenvironments": {"DescribeComputeEnvironments", (*fake).describeComputeEnvironments},
	"describejobqueues":           {"DescribeJobQueues", (*fake).describeJobQueues},
	"getjobqueuesnapshot":         {"GetJobQueueSnapshot", (*fake).getJobQueueSnapshot},
	"getservicequota":             {"GetServiceQuota", (*fake).getServiceQuota},
	"describekey":                 {"DescribeKey", (*fake).describeKey},
	"batchgetimage":               {"BatchGetImage", (*fake).batchGetImage},
	"getdownloadurlforlayer":      {"GetDownloadUrlForLayer", (*fake).getDownloadURLForLayer},
	"describesubnets":             {"DescribeSubnets", (*fake).describeSubnets},
	"describeroutetables":         {"DescribeRouteTables", (*fake).describeRouteTables},
	"describesecuritygroups":      {"DescribeSecurityGroups", (*fake).describeSecurityGroups},
	"describevpcendpoints":        {"DescribeVpcEndpoints", (*fake).describeVpcEndpoints},
	"getfunctionconfiguration":    {"GetFunctionConfiguration", (*fake).getFunctionConfiguration},
	"getfunctionconcurrency":      {"GetFunctionConcurrency", (*fake).getFunctionConcurrency},
	"getaccountsettings":          {"GetAccountSettings", (*fake).getAccountSettings},
	"describestatemachine":        {"DescribeStateMachine", (*fake).describeStateMachine},
	"simulateprincipalpolicy":     {"SimulatePrincipalPolicy", (*fake).simulatePrincipalPolicy},
	"listsubscriptionsbytopic":    {"ListSubscriptionsByTopic", (*fake).listSubscriptionsByTopic},
	"getmetricdata":               {"GetMetricData", (*fake).getMetricData},
	"describealarms":              {"DescribeAlarms", (*fake).describeAlarms},
	"getqueueattributes":          {"GetQueueAttributes", (*fake).getQueueAttributes},
	"filterlogevents":             {"FilterLogEvents", (*fake).filterLogEvents},
}

func (f *fake) describeStacks(r map[string]any) (any, error) {
	if r["StackName"] != "BatchJobWithLambda-dev" {
		return nil, wire.Refusal{Code: "ValidationError", Message: "Stack with id nowhere does not exist"}
	}
	stack := f.stack
	for name, value := range f.outputs {
		stack.Outputs = append(stack.Outputs, cfntypes.Output{OutputKey: &name, OutputValue: &value})
	}
	return cloudformation.DescribeStacksOutput{Stacks: []cfntypes.Stack{stack}}, nil
}

// listExecutions lists the newest first, on pages.
func (f *fake) listExecutions(r map[string]any) (any, error) {
	from, err := strconv.Atoi(fmt.Sprint(r["nextToken"]))
	if err != nil {
		from = 0
	}
	to := min(from+number(r, "maxResults", 100), len(f.executions))
	output := sfn.ListExecutionsOutput{}
	newest := slices.Clone(f.executions)
	slices.Reverse(newest)
	for _, e := range newest[from:to] {
		item := sfntypes.ExecutionListItem{
			Name: &e.name, ExecutionArn: aws.String(e.arn()), StateMachineArn: aws.String(machine),
			Status: e.status, StartDate: &e.started,
		}
		if !e.stopped.IsZero() {
			item.StopDate = &e.stopped
		}
		output.Executions = append(output.Executions, item)
	}
	if to < len(f.executions) {
		output.NextToken = aws.String(strconv.Itoa(to))
	}
	return output, nil
}

func (f *fake) execution(r map[string]any) (*execution, error) {
	for _, e := range f.executions {
		if e.arn() == r["executionArn"] {
			return e, nil
		}
	}
	return nil, wire.Refusal{Code: "ExecutionDoesNotExist", Message: "Execution Does Not Exist"}
}

func (f *fake) describeExecution(r map[string]any) (any, error) {
	e, err := f.execution(r)
	if err != nil {
		return nil, err
	}
	output := sfn.DescribeExecutionOutput{
		Name: &e.name, ExecutionArn: aws.String(e.arn()), StateMachineArn: aws.String(machine),
		Status: e.status, StartDate: &e.started,
	}
	if e.err != "" {
		output.Error, output.Cause = &e.err, &e.cause
	}
	return output, nil
}

// getExecutionHistory has the newest events first, because nobody asks otherwise.
func (f *fake) getExecutionHistory(r map[string]any) (any, error) {
	e, err := f.execution(r)
	if err != nil {
		return nil, err
	}
	var events []sfntypes.HistoryEvent
	if e.state != "" {
		events = append(events, sfntypes.HistoryEvent{
			Id: 4, Type: sfntypes.HistoryEventTypeTaskStateEntered,
			StateEnteredEventDetails: &sfntypes.StateEnteredEventDetails{Name: &e.state},
		})
	}
	for _, id := range []string{e.large, e.job} {
		if id == "" {
			continue
		}
		events = append(events, sfntypes.HistoryEvent{
			Id: 3, Type: sfntypes.HistoryEventTypeTaskSubmitted,
			TaskSubmittedEventDetails: &sfntypes.TaskSubmittedEventDetails{
				Resource: aws.String("submitJob.sync"), ResourceType: aws.String("batch"),
				Output: aws.String(`{"JobId": "` + id + `"}`),
			},
		})
	}
	if e.plan != "" {
		events = append(events, sfntypes.HistoryEvent{
			Id: 2, Type: sfntypes.HistoryEventTypeTaskStateExited,
			StateExitedEventDetails: &sfntypes.StateExitedEventDetails{Name: aws.String("Plan"), Output: &e.plan},
		})
	}
	return sfn.GetExecutionHistoryOutput{Events: events}, nil
}

func (f *fake) startExecution(r map[string]any) (any, error) {
	e := &execution{
		name: r["name"].(string), input: r["input"].(string), status: sfntypes.ExecutionStatusRunning, started: f.now,
		state: "Generate batch job input",
	}
	f.executions = append(f.executions, e)
	return sfn.StartExecutionOutput{ExecutionArn: aws.String(e.arn()), StartDate: &e.started}, nil
}

func (f *fake) stopExecution(r map[string]any) (any, error) {
	e, err := f.execution(r)
	if err != nil {
		return nil, err
	}
	e.status, e.err, e.cause = sfntypes.ExecutionStatusAborted, r["error"].(string), r["cause"].(string)
	return sfn.StopExecutionOutput{StopDate: &f.now}, nil
}

// describeJobs describes parents and children; those that it does not know it leaves out.
func (f *fake) describeJobs(r map[string]any) (any, error) {
	ids := r["jobs"].([]any)
	if len(ids) > 100 {
		return nil, wire.Refusal{Code: "ClientException", Message: "Array length exceeded"}
	}
	output := batch.DescribeJobsOutput{}
	for _, id := range ids {
		id, child, isChild := strings.Cut(id.(string), ":")
		of, ok := f.jobs[id]
		switch index, err := strconv.Atoi(child); {
		case !ok:
		case isChild && err == nil:
			output.Jobs = append(output.Jobs, of.describeChild(id, index))
		default:
			output.Jobs = append(output.Jobs, of.describe(id))
		}
	}
	return output, nil
}

func (j *job) describe(id string) batchtypes.JobDetail {
	summary := map[string]int32{}
	for _, status := range j.children {
		summary[string(status)]++
	}
	return batchtypes.JobDetail{
		JobId: &id, JobName: aws.String("run"), Status: batchtypes.JobStatusPending, StartedAt: aws.Int64(0),
		JobQueue: aws.String("queue"), JobDefinition: &j.definition, StatusReason: &j.parentReason,
		ArrayProperties: &batchtypes.ArrayPropertiesDetail{Size: aws.Int32(int32(len(j.children))), StatusSummary: summary},
	}
}

func (j *job) describeChild(id string, index int) batchtypes.JobDetail {
	detail := batchtypes.JobDetail{
		JobId: aws.String(id + ":" + strconv.Itoa(index)), JobName: aws.String("run"), Status: j.children[index],
		JobQueue: aws.String("queue"), JobDefinition: &j.definition, StartedAt: aws.Int64(0),
		StatusReason: &j.reason,
	}
	if len(j.lines[index]) > 0 || j.containerReason != "" {
		detail.Container = &batchtypes.ContainerDetail{
			LogStreamName: aws.String("job/" + strconv.Itoa(index)),
			Reason:        &j.containerReason,
		}
	}
	return detail
}

// listJobs lists the children of a status, a hundred on a page. Each took two minutes.
func (f *fake) listJobs(r map[string]any) (any, error) {
	of := f.jobs[r["arrayJobId"].(string)]
	from, err := strconv.Atoi(fmt.Sprint(r["nextToken"]))
	if err != nil {
		from = 0
	}
	output := batch.ListJobsOutput{}
	for i := from; i < len(of.children); i++ {
		if len(output.JobSummaryList) == 100 {
			output.NextToken = aws.String(strconv.Itoa(i))
			break
		}
		if string(of.children[i]) == r["jobStatus"] {
			output.JobSummaryList = append(output.JobSummaryList, batchtypes.JobSummary{
				JobId: aws.String(r["arrayJobId"].(string) + ":" + strconv.Itoa(i)), JobName: aws.String("run"),
				StartedAt: aws.Int64(1_000_000), StoppedAt: aws.Int64(1_120_000),
			})
		}
	}
	return output, nil
}

// filterLogEvents has one event on each page, and takes no pattern for what it is: whoever asks
// has to look at the lines.
func (f *fake) filterLogEvents(r map[string]any) (any, error) {
	streams, _ := r["logStreamNames"].([]any)
	if len(streams) > 100 {
		return nil, wire.Refusal{Code: "InvalidParameterException", Message: "too many streams"}
	}
	var events []logstypes.FilteredLogEvent
	for _, of := range f.jobs {
		for index, lines := range of.lines {
			stream := "job/" + strconv.Itoa(index)
			if !slices.Contains(streams, any(stream)) {
				continue
			}
			for i, line := range lines {
				// Two lines a millisecond, as they come.
				at := noon.UnixMilli() + int64(i/2)
				if at >= int64(number(r, "startTime", 0)) {
					events = append(events, logstypes.FilteredLogEvent{
						EventId: aws.String(stream + "/" + strconv.Itoa(i)), LogStreamName: &stream, Timestamp: &at, Message: &line,
					})
				}
			}
		}
	}
	slices.SortFunc(events, func(a, b logstypes.FilteredLogEvent) int {
		return cmp.Or(cmp.Compare(*a.Timestamp, *b.Timestamp), strings.Compare(*a.EventId, *b.EventId))
	})
	from, err := strconv.Atoi(fmt.Sprint(r["nextToken"]))
	if err != nil {
		from = 0
	}
	output := cloudwatchlogs.FilterLogEventsOutput{}
	if from < len(events) {
		output.Events = events[from : from+1]
	}
	if from+1 < len(events) {
		output.NextToken = aws.String(strconv.Itoa(from + 1))
	}
	return output, nil
}
