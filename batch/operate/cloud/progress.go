package cloud

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/operate/runs"
)

// Progress asks how far the run is, in at most three requests and those of [live.look], however
// many jobs it has: the parent of an array counts its children.
func (p *Place) Progress(ctx context.Context, before runs.Progress) (runs.Progress, error) {
	run, err := p.Named(ctx, before.Run.Name)
	if err != nil {
		return runs.Progress{}, err
	}
	progress := before
	progress.Run = run
	history, err := p.history(ctx, run)
	if err != nil {
		return runs.Progress{}, err
	}
	progress.State = history.state
	if history.plan != nil {
		progress.Objects, progress.Bytes = history.plan.Objects, history.plan.Bytes
	}
	if len(history.jobs) == 0 {
		return progress, nil
	}
	job, err := p.describe(ctx, history.jobs[0])
	if err != nil {
		return runs.Progress{}, err
	}
	progress.Jobs = countJobs(job)
	if run.Status == runs.Running {
		progress.Live, err = p.lookAt(ctx, run, history, len(shardsOf(job)))
	}
	return progress, err
}

// lookAt returns what the run has done so far, in its second round if it is there.
func (p *Place) lookAt(ctx context.Context, run runs.Run, h history, shards int) (*runs.Live, error) {
	files, err := p.Files(run)
	if err != nil {
		return nil, err
	}
	if len(h.jobs) > 1 {
		files = files.ForLarge()
	}
	if p.live == nil || p.live.results != files.Results() {
		p.live = newLive(p.files, files, shards)
	}
	if err := p.live.look(ctx); err != nil {
		return nil, err
	}
	return p.live.all(p.clock), nil
}

// countJobs says how many of the jobs have each status.
func countJobs(job batchtypes.JobDetail) map[string]int {
	jobs := map[string]int{}
	if job.ArrayProperties == nil {
		jobs[string(job.Status)] = 1
		return jobs
	}
	counted := 0
	for status, number := range job.ArrayProperties.StatusSummary {
		jobs[status] += int(number)
		counted += int(number)
	}
	// The parent counts its children only after a while.
	if missing := int(aws.ToInt32(job.ArrayProperties.Size)) - counted; missing > 0 {
		jobs[string(batchtypes.JobStatusPending)] += missing
	}
	return jobs
}

// history is what the events of an execution say.
type history struct {
	// state is the name of the state that was entered last; empty if the execution has ended.
	state string
	// jobs are the ids of the jobs that were submitted, the newest first: one, and a larger one if
	// there was a second round.
	jobs []string
	// plan is nil until the run is planned.
	plan *contract.Plan
}

// history reads the newest events, on one page: a run has a few dozen.
func (p *Place) history(ctx context.Context, run runs.Run) (history, error) {
	arn := p.execution(run.Name)
	page, err := p.states.GetExecutionHistory(ctx, &sfn.GetExecutionHistoryInput{
		ExecutionArn:         &arn,
		ReverseOrder:         true,
		IncludeExecutionData: aws.Bool(true),
		MaxResults:           1000,
	})
	if err != nil {
		return history{}, err
	}
	var h history
	for _, event := range page.Events {
		h.add(event)
	}
	if run.Status != runs.Running {
		h.state = ""
	}
	return h, nil
}

// add adds an event; the newest come first.
func (h *history) add(event sfntypes.HistoryEvent) {
	if entered := event.StateEnteredEventDetails; entered != nil && h.state == "" {
		h.state = aws.ToString(entered.Name)
	}
	if submitted := event.TaskSubmittedEventDetails; submitted != nil &&
		aws.ToString(submitted.ResourceType) == "batch" {
		var job struct{ JobId string }
		if json.Unmarshal([]byte(aws.ToString(submitted.Output)), &job) == nil {
			h.jobs = append(h.jobs, job.JobId)
		}
	}
	if exited := event.StateExitedEventDetails; exited != nil && h.plan == nil {
		var plan contract.Plan
		if json.Unmarshal([]byte(aws.ToString(exited.Output)), &plan) == nil && plan.BatchInput.Manifest != "" {
			h.plan = &plan
		}
	}
}
