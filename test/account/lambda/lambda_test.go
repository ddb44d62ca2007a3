package lambda_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	runtime "github.com/aws/aws-lambda-go/lambda"

	"batchjobwithlambda/test/account/lambda"
)

// TestMain is also the function that the tests invoke: this program, started with a
// behaviour.
func TestMain(m *testing.M) {
	switch os.Getenv("BEHAVIOUR") {
	case "":
		os.Exit(m.Run())
	case "echo":
		runtime.Start(func(event json.RawMessage) (json.RawMessage, error) { return event, nil })
	case "fail":
		runtime.Start(func() error { return &refused{Field: "shards"} })
	case "panic":
		runtime.Start(func() error { panic("at the disco") })
	case "exit":
		runtime.Start(func() { os.Exit(3) })
	case "exit before the start":
		os.Exit(4)
	case "hang":
		runtime.Start(func(ctx context.Context) { select {} })
	case "say too much":
		runtime.Start(func() (string, error) { return strings.Repeat("x", 7<<20), nil })
	case "environment":
		runtime.Start(func(ctx context.Context) (map[string]string, error) {
			_, limited := ctx.Deadline()
			return map[string]string{
				"own": os.Getenv("OWN"), "name": os.Getenv("AWS_LAMBDA_FUNCTION_NAME"), "home": os.Getenv("HOME"),
				"limited": map[bool]string{true: "yes"}[limited],
			}, nil
		})
	}
}

type refused struct{ Field string }

func (r *refused) Error() string { return r.Field + " is wrong" }

type discard struct{ io.Writer }

func (discard) Close() error { return nil }

func invoke(t *testing.T, behaviour, event string, timeout time.Duration) (string, error) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	function := lambda.Function{
		Name: "function", ARN: "function-arn", Program: program, Timeout: timeout, MemoryMiB: 128,
		Environment: []string{"BEHAVIOUR=" + behaviour, "OWN=value"},
		Log:         func() (io.WriteCloser, error) { return discard{io.Discard}, nil },
	}
	response, err := function.Invoke(t.Context(), json.RawMessage(event))
	return string(response), err
}

func TestAFunctionsResponseIsReturned(t *testing.T) {
	got, err := invoke(t, "echo", `{"a":"ü\u0000"}`, time.Minute)
	if err != nil || got != `{"a":"ü\u0000"}` {
		t.Errorf("got %s and error %v", got, err)
	}
}

func TestAFunctionHasItsOwnEnvironmentAndADeadline(t *testing.T) {
	got, err := invoke(t, "environment", `{}`, time.Minute)
	if want := `{"home":"","limited":"yes","name":"function","own":"value"}`; err != nil || got != want {
		t.Errorf("got %s and error %v, want %s", got, err, want)
	}
}

func TestAFailureHasTheNameThatAWSGivesIt(t *testing.T) {
	for _, test := range []struct {
		behaviour string
		timeout   time.Duration
		name      string
		document  string
	}{
		{"fail", time.Minute, "refused", `"errorMessage":"shards is wrong"`},
		{"panic", time.Minute, "string", `"errorMessage":"at the disco"`},
		{"exit", time.Minute, "Runtime.ExitError", "exit status 3"},
		{"exit before the start", time.Minute, "Runtime.ExitError", "exit status 4"},
		{"hang", 100 * time.Millisecond, "Sandbox.Timedout", "Task timed out after 0.10 seconds"},
		{"say too much", time.Minute, "Function.ResponseSizeTooLarge", "exceeded"},
	} {
		t.Run(test.behaviour, func(t *testing.T) {
			_, err := invoke(t, test.behaviour, `{}`, test.timeout)
			failure, ok := errors.AsType[*lambda.FunctionError](err)
			if !ok || failure.Type != test.name || !strings.Contains(failure.Document, test.document) ||
				!json.Valid([]byte(failure.Document)) {
				t.Errorf("got error %v, want %s with %s", err, test.name, test.document)
			}
		})
	}
}
