package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// maxPayloadBytes is the limit of a response ("Lambda quotas", AWS Lambda Developer
// Guide: 6 MB for synchronous invocations). An event comes from a state machine, whose
// own limit is far lower.
const maxPayloadBytes = 6 << 20

// Function is a deployed function.
type Function struct {
	Name string
	ARN  string
	// Program is the path of its "bootstrap".
	Program string
	// Environment is as os.Environ gives it; the variables that AWS Lambda sets are added.
	Environment []string
	MemoryMiB   int
	Timeout     time.Duration
	// Log opens what gets the program's output.
	Log func() (io.WriteCloser, error)
}

// FunctionError is an error that the function returned, or that ended it.
type FunctionError struct {
	// Type is the error's name.
	Type string
	// Document is the error as JSON: errorType, errorMessage, and whatever else.
	Document string
}

// Error is the error's document.
func (e *FunctionError) Error() string { return e.Document }

func newFunctionError(kind, message string) *FunctionError {
	document, err := json.Marshal(map[string]string{"errorType": kind, "errorMessage": message})
	if err != nil {
		panic(err) // Two texts are always JSON.
	}
	return &FunctionError{Type: kind, Document: string(document)}
}

// Invoke gives the event to the function and returns its response. A failure of the
// function is a *FunctionError.
func (f *Function) Invoke(ctx context.Context, event json.RawMessage) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, f.Timeout, errTimeout)
	defer cancel()
	call, err := serve(f, event, time.Now().Add(f.Timeout))
	if err != nil {
		return nil, err
	}
	defer call.close()
	log, err := f.Log()
	if err != nil {
		return nil, fmt.Errorf("invoke function %s: %w", f.Name, err)
	}
	defer log.Close()
	program, err := f.start(call.address, log)
	if err != nil {
		return nil, fmt.Errorf("invoke function %s: %w", f.Name, err)
	}
	exited := make(chan error, 1)
	go func() { exited <- program.Wait() }()
	// Once it has answered, AWS Lambda freezes the function; here it ends.
	defer syscall.Kill(-program.Process.Pid, syscall.SIGKILL)

	select {
	case answer := <-call.answered:
		return answer.response, answer.err
	case err := <-exited:
		return nil, f.afterExit(call, err)
	case <-ctx.Done():
		if errors.Is(context.Cause(ctx), errTimeout) {
			return nil, newFunctionError(
				"Sandbox.Timedout",
				fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", call.id, f.Timeout.Seconds()),
			)
		}
		return nil, ctx.Err()
	}
}

var errTimeout = errors.New("the function's timeout is over")

// afterExit prefers what the program said before it ended.
func (f *Function) afterExit(call *invocation, exit error) error {
	select {
	case answer := <-call.answered:
		if answer.err != nil {
			return answer.err
		}
	default:
	}
	how := "exit status 0"
	if exit != nil {
		how = exit.Error()
	}
	return newFunctionError(
		"Runtime.ExitError",
		fmt.Sprintf("RequestId: %s Error: Runtime exited with error: %s", call.id, how),
	)
}

func (f *Function) start(address string, log io.Writer) (*exec.Cmd, error) {
	program := exec.Command(f.Program)
	program.Env = append(f.Environment[:len(f.Environment):len(f.Environment)],
		"AWS_LAMBDA_RUNTIME_API="+address,
		"AWS_LAMBDA_FUNCTION_NAME="+f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE="+strconv.Itoa(f.MemoryMiB),
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"TZ=:UTC",
		"PATH="+os.Getenv("PATH"),
	)
	program.Stdout, program.Stderr = log, log
	program.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // So that Ctrl-C does not reach it.
	program.WaitDelay = time.Second
	return program, program.Start()
}
