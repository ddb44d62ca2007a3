package statemachine

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
)

//go:embed driver.mjs
var driver string

// Interpreter is the Node.js that runs the driver.
type Interpreter struct {
	// Root is the folder that has node_modules.
	Root string
}

// Execution is one run of a state machine.
type Execution struct {
	Definition json.RawMessage
	Input      json.RawMessage
	// ARN and Name are the execution's own.
	ARN, Name string
	// MachineARN and MachineName are those of its state machine.
	MachineARN, MachineName string
}

// Task is what a state of type Task wants done.
type Task struct {
	State      string
	Resource   string
	Parameters json.RawMessage
}

// Handler does a task. Its context ends when nobody waits for the task any longer:
// it took too long, or the execution was stopped. An error that is no *TaskError
// fails the execution as States.Runtime does on AWS: nothing catches it.
type Handler func(context.Context, Task) (json.RawMessage, error)

// TaskError is an error that the state machine sees by its name.
type TaskError struct {
	Name  string `json:"Error"`
	Cause string `json:"Cause"`
}

// Error is the name and the cause.
func (e *TaskError) Error() string { return e.Name + ": " + e.Cause }

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

// message is a line of the driver's; one of its fields is set.
type message struct {
	Event *Event
	Task  *struct {
		ID         int
		State      string
		Parameters json.RawMessage
	}
	Cancel *int
	End    *Result
}

// answer is a line for the driver.
type answer struct {
	Abort  bool            `json:"abort,omitempty"`
	ID     int             `json:"id,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  *TaskError      `json:"error,omitempty"`
}

// Run runs the execution to its end, or stops it when the context ends. It returns
// once all handlers have. An error says that the interpreter itself failed.
func (i Interpreter) Run(ctx context.Context, execution Execution, handle Handler, observe func(Event)) (Result, error) {
	resources, err := resources(execution.Definition)
	if err != nil {
		return Result{}, err
	}
	node := exec.Command("node_modules/.bin/node", "--input-type=module", "--eval", driver)
	node.Dir = i.Root
	node.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // A Ctrl-C is for us to pass on.
	var trouble strings.Builder
	node.Stderr = &trouble
	stdin, err := node.StdinPipe()
	if err != nil {
		return Result{}, fmt.Errorf("run the state machine: %w", err)
	}
	stdout, err := node.StdoutPipe()
	if err != nil {
		return Result{}, fmt.Errorf("run the state machine: %w", err)
	}
	if err := node.Start(); err != nil {
		return Result{}, fmt.Errorf("run the state machine: %w (npm ci brings what is missing)", err)
	}
	c := &conversation{lines: json.NewEncoder(stdin), handle: handle, observe: observe, resources: resources, cancels: map[int]context.CancelFunc{}}
	result, err := c.hold(ctx, execution, stdout)
	stdin.Close()
	if err != nil {
		node.Process.Kill()
	}
	if ended := node.Wait(); err != nil || ended != nil {
		return Result{}, fmt.Errorf("run the state machine: %w\n%s", errors.Join(err, ended), trouble.String())
	}
	return result, nil
}

// conversation is what Go and the driver have to say to each other.
type conversation struct {
	handle    Handler
	observe   func(Event)
	resources map[string]string // By state.
	tasks     sync.WaitGroup

	mu      sync.Mutex
	lines   *json.Encoder
	cancels map[int]context.CancelFunc // By task.
}

func (c *conversation) hold(ctx context.Context, execution Execution, from io.Reader) (Result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer c.tasks.Wait()
	defer cancel()
	c.tell(map[string]any{
		"definition": execution.Definition, "input": execution.Input,
		"context": map[string]any{
			"Execution":    map[string]string{"Id": execution.ARN, "Name": execution.Name},
			"StateMachine": map[string]string{"Id": execution.MachineARN, "Name": execution.MachineName},
		},
	})
	defer context.AfterFunc(ctx, func() { c.tell(answer{Abort: true}) })()
	for lines := json.NewDecoder(from); ; {
		var line message
		if err := lines.Decode(&line); err != nil {
			return Result{}, fmt.Errorf("the interpreter ended before the execution: %w", err)
		}
		switch {
		case line.End != nil:
			return *line.End, nil
		case line.Event != nil:
			c.observe(*line.Event)
		case line.Cancel != nil:
			c.forget(*line.Cancel)
		case line.Task != nil:
			c.start(ctx, line.Task.ID, Task{State: line.Task.State, Resource: c.resources[line.Task.State], Parameters: line.Task.Parameters})
		}
	}
}

// tell sends a line. That the driver is gone shows when its next line is read.
func (c *conversation) tell(line any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.lines.Encode(line)
}

func (c *conversation) start(ctx context.Context, id int, task Task) {
	ctx, cancel := context.WithCancel(ctx)
	c.mu.Lock()
	c.cancels[id] = cancel
	c.mu.Unlock()
	c.tasks.Go(func() {
		defer c.forget(id)
		result, err := c.handle(ctx, task)
		if err == nil {
			c.tell(answer{ID: id, Result: result})
			return
		}
		failure, ok := errors.AsType[*TaskError](err)
		if !ok {
			failure = &TaskError{Name: ErrorRuntime, Cause: err.Error()}
		}
		c.tell(answer{ID: id, Error: failure})
	})
}

func (c *conversation) forget(id int) {
	c.mu.Lock()
	cancel := c.cancels[id]
	delete(c.cancels, id)
	c.mu.Unlock()
	if cancel != nil {
		cancel()
	}
}
