package statemachine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
)

// Execution is one run of a state machine.
type Execution struct {
	Definition json.RawMessage
	Input      json.RawMessage
	// ARN and Name are the execution's own.
	ARN, Name string
	// MachineARN and MachineName are those of its state machine.
	MachineARN, MachineName string
	// Unchecked skips asl-validator, which takes longer than the execution itself.
	Unchecked bool
	// SkipWaits lets the time pass at once in which nothing happens: before a retry, or until a
	// task that hangs has taken too long.
	SkipWaits bool
}

// Task is what a state of type Task wants done.
type Task struct {
	State      string
	Resource   string
	Parameters json.RawMessage
}

// Handler does a task. Its context ends when nobody waits for the task any longer: the
// execution was stopped, or the task took too long, which [ErrTimedOut] then is the cause of.
// An error that is no *TaskError
// fails the execution as States.Runtime does on AWS: nothing catches it; [ErrHangs] leaves
// the task without an end.
type Handler func(context.Context, Task) (json.RawMessage, error)

// TaskError is an error that the state machine sees by its name.
type TaskError struct {
	Name  string `json:"Error"`
	Cause string `json:"Cause"`
}

// Error is the name and the cause.
func (e *TaskError) Error() string { return e.Name + ": " + e.Cause }

// ErrHangs is what a [Handler] returns for a task that never ends by itself.
var ErrHangs = errors.New("the task never ends")

// ErrTimedOut is the cause with which the context of a [Handler] ends after the TimeoutSeconds of
// its state. What the task has begun elsewhere goes on: "Run a Job (.sync)" (AWS Step Functions
// Developer Guide) has it ended with the execution, and does not name this case.
var ErrTimedOut = errors.New("the state took too long")

// ErrorRuntime is the name of an error that neither Retry nor Catch sees.
const ErrorRuntime = "States.Runtime"

// Event is something that happened in an execution: a state was entered, failed, and so on.
type Event struct {
	// Type is as aws-local-stepfunctions names it, such as StateEntered.
	Type string `json:"type"`
	// State is empty when the event is the execution's own.
	State string `json:"state"`
	// Error and Cause are set when something failed.
	Error string `json:"error"`
	Cause string `json:"cause"`
}

// Status is how an execution ended.
type Status string

// The ends of an execution.
const (
	Succeeded Status = "SUCCEEDED"
	Failed    Status = "FAILED"
	TimedOut  Status = "TIMED_OUT"
	Aborted   Status = "ABORTED"
)

// Result is the end of an execution.
type Result struct {
	Status Status          `json:"status"`
	Output json.RawMessage `json:"output"`
	Error  string          `json:"error"`
	Cause  string          `json:"cause"`
}

// conversation is one execution, as messages to and from the driver.
type conversation struct {
	run         int
	interpreter *Interpreter
	handle      Handler
	observe     func(Event)
	resources   map[string]string // By state.
	lines       chan message
	over        chan struct{} // Closed once nobody reads the lines any longer.
	tasks       sync.WaitGroup

	mu      sync.Mutex
	cancels map[int]context.CancelCauseFunc // By task.
}

func (c *conversation) hold(ctx context.Context, execution Execution) (Result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer c.tasks.Wait()
	defer cancel()
	defer close(c.over)
	c.interpreter.tell(beginning{
		Run:        c.run,
		Definition: execution.Definition,
		Input:      execution.Input,
		Unchecked:  execution.Unchecked,
		SkipWaits:  execution.SkipWaits,
		Context: map[string]map[string]string{
			"Execution":    {"Id": execution.ARN, "Name": execution.Name},
			"StateMachine": {"Id": execution.MachineARN, "Name": execution.MachineName},
		},
	})
	defer context.AfterFunc(ctx, func() { c.interpreter.tell(answer{Run: c.run, Abort: true}) })()
	for {
		select {
		case <-c.interpreter.ended:
			return Result{}, errors.Join(errors.New("the interpreter ended before the execution"), c.interpreter.failure)
		case line := <-c.lines:
			switch {
			case line.End != nil:
				return *line.End, nil
			case line.Failure != "":
				return Result{}, fmt.Errorf("run the state machine: %s", line.Failure)
			case line.Event != nil:
				c.observe(*line.Event)
			case line.TimedOut != nil:
				c.release(*line.TimedOut, ErrTimedOut)
			case line.Task != nil:
				c.start(
					ctx,
					line.Task.ID,
					Task{State: line.Task.State, Resource: c.resources[line.Task.State], Parameters: line.Task.Parameters},
				)
			}
		}
	}
}

func (c *conversation) start(ctx context.Context, id int, task Task) {
	ctx, cancel := context.WithCancelCause(ctx)
	c.mu.Lock()
	c.cancels[id] = cancel
	c.mu.Unlock()
	c.tasks.Go(func() {
		defer c.release(id, nil)
		result, err := c.handle(ctx, task)
		if ctx.Err() != nil {
			return // Nobody waits for an answer, and it could overtake what stops the execution.
		}
		if err == nil {
			c.interpreter.tell(answer{Run: c.run, ID: id, Result: result})
			return
		}
		if errors.Is(err, ErrHangs) {
			c.interpreter.tell(answer{Run: c.run, ID: id, Hangs: true})
			return
		}
		failure, ok := errors.AsType[*TaskError](err)
		if !ok {
			failure = &TaskError{Name: ErrorRuntime, Cause: err.Error()}
		}
		c.interpreter.tell(answer{Run: c.run, ID: id, Error: failure})
	})
}

// release ends the context of a task for which nobody waits any longer.
func (c *conversation) release(id int, cause error) {
	c.mu.Lock()
	cancel := c.cancels[id]
	delete(c.cancels, id)
	c.mu.Unlock()
	if cancel != nil {
		cancel(cause)
	}
}
