package cloud

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects/lock"
	"batchjobwithlambda/batch/operate/runs"
	"batchjobwithlambda/batch/people"
)

// Check refuses an execution's input with the words of the function that would plan it.
func (p *Place) Check(input json.RawMessage) error {
	_, err := contract.ParseInput(input, p.plan)
	return err
}

// Start starts an execution; see [runs.Place]. Its name is chosen here, so that a request that
// is tried again starts no second one ("StartExecution", AWS Step Functions API Reference).
func (p *Place) Start(ctx context.Context, input json.RawMessage, progress io.Writer) (runs.Run, error) {
	if err := p.Check(input); err != nil {
		return runs.Run{}, err
	}
	name := p.clock.Now().UTC().Format("20060102-150405-") + strings.ToLower(rand.Text()[:4])
	e, err := p.states.StartExecution(ctx, &sfn.StartExecutionInput{
		StateMachineArn: &p.stateMachine,
		Name:            &name,
		Input:           aws.String(string(input)),
	})
	if err != nil {
		return runs.Run{}, err
	}
	run := runs.Run{
		Name:    name,
		Status:  runs.Running,
		Started: aws.ToTime(e.StartDate),
		Link:    people.ExecutionLink(aws.ToString(e.ExecutionArn)),
	}
	_, err = fmt.Fprintf(progress, "started %s\n%s\n", run.Name, run.Link)
	return run, err
}

// Release ends the lock of a run that has ended, so that the next one may begin.
func (p *Place) Release(ctx context.Context, run runs.Run) error {
	return lock.Release(ctx, p.files, p.plan.Runs, run.Name)
}

// Stop stops the execution, which ends its jobs, too.
func (p *Place) Stop(ctx context.Context, run runs.Run) error {
	arn := p.execution(run.Name)
	_, err := p.states.StopExecution(ctx, &sfn.StopExecutionInput{
		ExecutionArn: &arn,
		Error:        aws.String("Stopped"),
		Cause:        aws.String("stopped by batch/operate"),
	})
	return err
}
