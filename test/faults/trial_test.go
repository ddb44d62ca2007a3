package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"sync"

	"batchjobwithlambda/test/account/events"
	"batchjobwithlambda/test/account/statemachine"
)

// The states that call a service.
const (
	generate      = "Generate batch job input"
	submit        = "Submit Batch Job"
	submitArray   = "Submit Batch Array Job"
	submitLarge   = "Submit Large Batch Job"
	submitLarges  = "Submit Large Batch Array Job"
	listJobs      = "List jobs"
	listMore      = "List more jobs"
	describeJob   = "Describe job"
	terminateJob  = "Terminate job"
	endJobs       = "End jobs"
	collect       = "Collect results"
	notifySuccess = "Notify Success"
	notifyFailure = "Notify Failure"
)

var services = map[string]service{
	generate: functions, collect: functions, submit: jobs, submitArray: jobs,
	submitLarge: jobs, submitLarges: jobs, notifySuccess: topic, notifyFailure: topic,
	listJobs: jobCalls, listMore: jobCalls, describeJob: jobCalls, terminateJob: jobCalls,
}

// manner is how a task goes wrong.
type manner string

const (
	fails manner = "fails"
	// failsLate is a task that does its work, and then fails: its answer was lost.
	failsLate manner = "does its work and fails"
	hangs     manner = "hangs"
	// hangsLate is a task that does its work, and of which Step Functions never learns that it
	// did: the event of a job's end was lost.
	hangsLate manner = "does its work and hangs"
	// outlives hangs until the execution has taken too long, not the task.
	outlives manner = "outlives the execution"
	// stopped is a person's StopExecution while the task is at work, stoppedLate after it.
	stopped     manner = "is stopped"
	stoppedLate manner = "is stopped after its work"
)

const always = math.MaxInt

// fault is what goes wrong in a state; without a state nothing does.
type fault struct {
	state  string
	manner manner
	error  statemachine.TaskError
	// tries is how many of them go wrong.
	tries int
}

// trial is one execution.
type trial struct {
	route
	fault
	// topicDown says that nobody can publish, neither the workflow nor EventBridge.
	topicDown bool
	// nameless says that the event of the execution's end does not name its error.
	nameless bool
}

func (t trial) String() string {
	times := fmt.Sprint(t.tries, " times")
	if t.tries == always {
		times = "always"
	}
	return fmt.Sprintf(
		"%s; %q %s %s with %q: %.60q; topic down: %v; nameless: %v",
		t.route,
		t.state,
		t.manner,
		times,
		t.error.Name,
		t.error.Cause,
		t.topicDown,
		t.nameless,
	)
}

// observed is what became of a trial.
type observed struct {
	run    string
	result statemachine.Result
	// tries is how often each state called its service.
	tries map[string]int
	// inFlow is what the workflow published, outside what a rule did, and deadLetters what
	// a rule could not.
	inFlow, outside, deadLetters []message
	// problems are requests that break the contract.
	problems []error
}

// try runs an execution, and lets EventBridge look at its end.
func (e environment) try(ctx context.Context, number int, t trial) (observed, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	script := &tasks{environment: e, route: t.route, run: fmt.Sprintf("run-%d", number)}
	seen := observed{run: script.run, tries: map[string]int{}}
	var mu sync.Mutex // An execution has one task at a time, but each in a goroutine of its own.
	handle := func(ctx context.Context, task statemachine.Task) (json.RawMessage, error) {
		mu.Lock()
		defer mu.Unlock()
		do := func() (json.RawMessage, error) {
			answer, err := script.do(task)
			if err != nil {
				seen.problems = append(seen.problems, err)
			}
			return answer, err
		}
		seen.tries[task.State]++
		if t.overtime && services[task.State] == jobs {
			script.start(task.Parameters)
			return nil, statemachine.ErrHangs
		}
		if task.State == t.state && seen.tries[task.State] <= t.tries {
			switch t.manner {
			case fails:
				return nil, &t.error
			case failsLate:
				if services[task.State] == jobs {
					script.start(task.Parameters)
				} else {
					_, _ = do()
				}
				return nil, &t.error
			case hangsLate:
				_, _ = do()
			case stopped:
				stop()
			case stoppedLate:
				_, _ = do()
				stop()
			}
			return nil, statemachine.ErrHangs
		}
		if t.topicDown && task.Resource == "sns:publish" {
			return nil, &statemachine.TaskError{Name: "SNS.InternalErrorException", Cause: "the topic is down"}
		}
		return do()
	}
	execution := e.machine.Execution(script.run, json.RawMessage(executionInput))
	execution.Unchecked, execution.SkipWaits = e.mutated, true
	var err error
	if t.manner == outlives {
		if execution.Definition, err = shortened(execution.Definition); err != nil {
			return seen, err
		}
	}
	seen.result, err = interpreter.Run(ctx, execution, handle, func(statemachine.Event) {})
	seen.inFlow = script.published
	end := events.Ended(events.Execution{
		ARN: execution.ARN, MachineARN: execution.MachineARN, Name: execution.Name, Status: string(seen.result.Status),
		Input: execution.Input, Output: seen.result.Output, Error: seen.result.Error, Cause: seen.result.Cause,
	})
	if t.nameless {
		delete(end["detail"].(map[string]any), "error")
	}
	seen.outside, seen.deadLetters = e.deliver(end, t.topicDown)
	return seen, err
}

// deliver sends an event to the targets of the rules that match it. What a topic does not
// take, and EventBridge has tried for a day, goes to the target's dead-letter queue.
func (e environment) deliver(event events.Event, topicDown bool) (published, deadLetters []message) {
	for _, rule := range e.rules {
		if !rule.Matches(event) {
			continue
		}
		for _, target := range rule.Targets {
			m := message{Message: target.Input(event)}
			switch {
			case target.ARN == e.topicARN && !topicDown:
				published = append(published, m)
			case target.DeadLetterConfig.ARN != "":
				deadLetters = append(deadLetters, m)
			}
		}
	}
	return published, deadLetters
}

// shortened gives an execution less time than any of its tasks has; other tasks take
// none, so that the execution times out in the one that hangs.
func shortened(definition json.RawMessage) (json.RawMessage, error) {
	var machine map[string]any
	if err := json.Unmarshal(definition, &machine); err != nil {
		return nil, err
	}
	if machine["TimeoutSeconds"] != nil {
		machine["TimeoutSeconds"] = 30
	}
	return json.Marshal(machine)
}
