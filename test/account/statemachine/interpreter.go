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

// Interpreter is a Node.js that runs the driver, and takes any number of executions at
// once.
type Interpreter struct {
	node   *exec.Cmd
	stdin  io.WriteCloser
	stderr strings.Builder
	// ended is closed once the driver has, and failure says why if it was not asked to.
	ended   chan struct{}
	failure error

	writing sync.Mutex
	lines   *json.Encoder

	// Apart from writing: the driver may wait for its lines to be read before it reads.
	mu            sync.Mutex
	runs          int
	conversations map[int]*conversation // By run.
}

// message is a line of the driver's; besides the run one of its fields is set.
type message struct {
	Run   int
	Event *Event
	Task  *struct {
		ID         int
		State      string
		Parameters json.RawMessage
	}
	TimedOut *int
	End      *Result
	// Failure is why the driver cannot run the execution.
	Failure string
}

// beginning is the line that starts an execution.
type beginning struct {
	Run        int                          `json:"run"`
	Definition json.RawMessage              `json:"definition"`
	Input      json.RawMessage              `json:"input"`
	Context    map[string]map[string]string `json:"context"`
	Unchecked  bool                         `json:"unchecked"`
	SkipWaits  bool                         `json:"skipWaits"`
}

// answer is a later line of an execution.
type answer struct {
	Run    int             `json:"run"`
	Abort  bool            `json:"abort,omitempty"`
	ID     int             `json:"id,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  *TaskError      `json:"error,omitempty"`
	Hangs  bool            `json:"hangs,omitempty"`
}

// Start starts an interpreter, which runs until it is closed. Root is the folder that has
// node_modules.
func Start(root string) (*Interpreter, error) {
	i := &Interpreter{
		node:  exec.Command("node_modules/.bin/node", "--input-type=module", "--eval", driver),
		ended: make(chan struct{}), conversations: map[int]*conversation{},
	}
	i.node.Dir = root
	i.node.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // So that Ctrl-C reaches only this process.
	i.node.Stderr = &i.stderr
	stdin, err := i.node.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("run the state machine: %w", err)
	}
	stdout, err := i.node.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("run the state machine: %w", err)
	}
	if err := i.node.Start(); err != nil {
		return nil, fmt.Errorf("run the state machine: %w (npm ci brings what is missing)", err)
	}
	i.stdin, i.lines = stdin, json.NewEncoder(stdin)
	go i.follow(stdout)
	return i, nil
}

// Close ends the driver. It returns an error when the driver had ended by itself.
func (i *Interpreter) Close() error {
	i.stdin.Close()
	<-i.ended
	return i.failure
}

// Run runs the execution to its end, or stops it when the context ends. It returns
// once all handlers have. An error says that the interpreter itself failed. Many
// goroutines may call it at once.
func (i *Interpreter) Run(
	ctx context.Context,
	execution Execution,
	handle Handler,
	observe func(Event),
) (Result, error) {
	resources, err := resources(execution.Definition)
	if err != nil {
		return Result{}, err
	}
	c := &conversation{
		interpreter: i, handle: handle, observe: observe, resources: resources,
		lines: make(chan message), over: make(chan struct{}), cancels: map[int]context.CancelCauseFunc{},
	}
	i.mu.Lock()
	i.runs++
	c.run = i.runs
	i.conversations[c.run] = c
	i.mu.Unlock()
	defer func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		delete(i.conversations, c.run)
	}()
	return c.hold(ctx, execution)
}

// follow hands each line to the execution that it is about, until there are no more.
func (i *Interpreter) follow(from io.Reader) {
	var failed error
	for lines := json.NewDecoder(from); ; {
		var line message
		if failed = lines.Decode(&line); failed != nil {
			break
		}
		i.mu.Lock()
		c := i.conversations[line.Run]
		i.mu.Unlock()
		if c == nil {
			continue
		}
		select {
		case c.lines <- line:
		case <-c.over:
		}
	}
	if failed != io.EOF {
		i.node.Process.Kill()
	}
	if ended := i.node.Wait(); failed != io.EOF || ended != nil {
		i.failure = fmt.Errorf("run the state machine: %w\n%s", errors.Join(failed, ended), i.stderr.String())
	}
	close(i.ended)
}

// tell sends a line. That the driver is gone shows when its next line is read.
func (i *Interpreter) tell(line any) {
	i.writing.Lock()
	defer i.writing.Unlock()
	_ = i.lines.Encode(line)
}
