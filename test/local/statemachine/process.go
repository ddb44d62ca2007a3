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

// Process is a driver that runs, and takes any number of executions at once.
type Process struct {
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
	Cancel *int
	End    *Result
	// Trouble is why the driver cannot run the execution.
	Trouble string
}

// beginning is the line that starts an execution.
type beginning struct {
	Run        int                          `json:"run"`
	Definition json.RawMessage              `json:"definition"`
	Input      json.RawMessage              `json:"input"`
	Context    map[string]map[string]string `json:"context"`
	Unchecked  bool                         `json:"unchecked"`
	Hasty      bool                         `json:"hasty"`
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

// Run runs one execution in a process of its own; see [Process.Run].
func (i Interpreter) Run(ctx context.Context, execution Execution, handle Handler, observe func(Event)) (Result, error) {
	p, err := i.Start()
	if err != nil {
		return Result{}, err
	}
	result, err := p.Run(ctx, execution, handle, observe)
	return result, errors.Join(err, p.Close())
}

// Start starts a driver, which runs until it is closed.
func (i Interpreter) Start() (*Process, error) {
	p := &Process{
		node:  exec.Command("node_modules/.bin/node", "--input-type=module", "--eval", driver),
		ended: make(chan struct{}), conversations: map[int]*conversation{},
	}
	p.node.Dir = i.Root
	p.node.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // A Ctrl-C is for us to pass on.
	p.node.Stderr = &p.stderr
	stdin, err := p.node.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("run the state machine: %w", err)
	}
	stdout, err := p.node.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("run the state machine: %w", err)
	}
	if err := p.node.Start(); err != nil {
		return nil, fmt.Errorf("run the state machine: %w (npm ci brings what is missing)", err)
	}
	p.stdin, p.lines = stdin, json.NewEncoder(stdin)
	go p.follow(stdout)
	return p, nil
}

// Close ends the driver. It returns an error when the driver had ended by itself.
func (p *Process) Close() error {
	p.stdin.Close()
	<-p.ended
	return p.failure
}

// Run runs the execution to its end, or stops it when the context ends. It returns
// once all handlers have. An error says that the interpreter itself failed. Many
// goroutines may call it at once.
func (p *Process) Run(ctx context.Context, execution Execution, handle Handler, observe func(Event)) (Result, error) {
	resources, err := resources(execution.Definition)
	if err != nil {
		return Result{}, err
	}
	c := &conversation{
		process: p, handle: handle, observe: observe, resources: resources,
		lines: make(chan message), over: make(chan struct{}), cancels: map[int]context.CancelFunc{},
	}
	p.mu.Lock()
	p.runs++
	c.run = p.runs
	p.conversations[c.run] = c
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.conversations, c.run)
	}()
	return c.hold(ctx, execution)
}

// follow hands each line to whom it concerns, until there are no more.
func (p *Process) follow(from io.Reader) {
	var failed error
	for lines := json.NewDecoder(from); ; {
		var line message
		if failed = lines.Decode(&line); failed != nil {
			break
		}
		p.mu.Lock()
		c := p.conversations[line.Run]
		p.mu.Unlock()
		if c == nil {
			continue
		}
		select {
		case c.lines <- line:
		case <-c.over:
		}
	}
	if failed != io.EOF {
		p.node.Process.Kill()
	}
	if ended := p.node.Wait(); failed != io.EOF || ended != nil {
		p.failure = fmt.Errorf("run the state machine: %w\n%s", errors.Join(failed, ended), p.stderr.String())
	}
	close(p.ended)
}

// tell sends a line. That the driver is gone shows when its next line is read.
func (p *Process) tell(line any) {
	p.writing.Lock()
	defer p.writing.Unlock()
	_ = p.lines.Encode(line)
}
