package statemachine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"strings"
	"sync"
	"testing"

	"batchjobwithlambda/test/account/statemachine"
)

// interpreter runs all executions.
var interpreter *statemachine.Interpreter

func TestMain(m *testing.M) {
	var err error
	if interpreter, err = statemachine.Start("../../.."); err != nil {
		log.Fatal(err)
	}
	m.Run()
	if err := interpreter.Close(); err != nil {
		log.Fatal(err)
	}
}

var integrations = statemachine.Integrations{"test:do": {Parameters: []string{"Value"}}}

const invoke = `"Type": "Task", "Resource": "arn:aws:states:::test:do", "Parameters": {"Value.$": "$"}`

func run(t *testing.T, definition, input string, handle statemachine.Handler) statemachine.Result {
	t.Helper()
	return runUntil(t, t.Context(), definition, input, handle)
}

func runUntil(
	t *testing.T,
	ctx context.Context,
	definition, input string,
	handle statemachine.Handler,
) statemachine.Result {
	t.Helper()
	if err := statemachine.Check(json.RawMessage(definition), integrations); err != nil {
		t.Fatal(err)
	}
	result, err := interpreter.Run(ctx, statemachine.Execution{
		Definition: json.RawMessage(definition), Input: json.RawMessage(input),
		ARN: "execution-arn", Name: "execution", MachineARN: "machine-arn", MachineName: "machine",
	}, handle, func(statemachine.Event) {})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func machine(states string) string {
	return `{"StartAt": "First", "States": {` + states + `}}`
}

// echo answers a task with its parameters.
func echo(_ context.Context, task statemachine.Task) (json.RawMessage, error) {
	return task.Parameters, nil
}

func wantOutput(t *testing.T, result statemachine.Result, want string) {
	t.Helper()
	if result.Status != statemachine.Succeeded || string(result.Output) != want {
		t.Errorf(
			"got %s with output %s (%s: %s), want SUCCEEDED with %s",
			result.Status,
			result.Output,
			result.Error,
			result.Cause,
			want,
		)
	}
}

func TestATaskGetsItsParametersWhateverTheInput(t *testing.T) {
	for _, input := range []string{`{"a":1}`, `null`, `""`} {
		t.Run(input, func(t *testing.T) {
			t.Parallel()
			wantOutput(t, run(t, machine(`"First": {`+invoke+`, "End": true}`), input, echo), `{"Value":`+input+`}`)
		})
	}
}

func TestATaskKnowsItsStateAndResource(t *testing.T) {
	t.Parallel()
	result := run(
		t,
		machine(`"First": {`+invoke+`, "End": true}`),
		`{}`,
		func(_ context.Context, task statemachine.Task) (json.RawMessage, error) {
			return fmt.Appendf(nil, "%q", task.State+" "+task.Resource), nil
		},
	)
	wantOutput(t, result, `"First test:do"`)
}

func TestTheContextNamesTheExecutionAndItsStateMachine(t *testing.T) {
	t.Parallel()
	result := run(t, machine(`"First": {"Type": "Pass", "End": true, "Parameters": {
		"id.$": "$$.Execution.Id", "name.$": "$$.Execution.Name", "machine.$": "$$.StateMachine.Id", "input.$": "$$.Execution.Input"}}`), `{"a":1}`, echo)
	wantOutput(t, result, `{"id":"execution-arn","name":"execution","machine":"machine-arn","input":{"a":1}}`)
}

func TestACatchPutsTheErrorWhereItsPathSays(t *testing.T) {
	for path, want := range map[string]string{
		``:                              `{"Error":"Some.Error","Cause":"some cause"}`,
		`"ResultPath": "$", `:           `{"Error":"Some.Error","Cause":"some cause"}`,
		`"ResultPath": "$.job_error", `: `{"a":1,"job_error":{"Error":"Some.Error","Cause":"some cause"}}`,
		`"ResultPath": null, `:          `{"a":1}`,
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			result := run(t, machine(`
				"First": {`+invoke+`, "End": true, "Catch": [{"ErrorEquals": ["States.ALL"], `+path+`"Next": "Second"}]},
				"Second": {"Type": "Pass", "End": true}`), `{"a":1}`, failWith(&statemachine.TaskError{Name: "Some.Error", Cause: "some cause"}))
			wantOutput(t, result, want)
		})
	}
}

func failWith(err error) statemachine.Handler {
	return func(context.Context, statemachine.Task) (json.RawMessage, error) { return nil, err }
}

func TestATestForFalseHoldsWhenItIsFalse(t *testing.T) {
	for input, want := range map[string]string{`{}`: `"absent"`, `{"a":1}`: `"present"`} {
		t.Run(input, func(t *testing.T) {
			t.Parallel()
			result := run(t, machine(`
				"First": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": false, "Next": "Absent"}], "Default": "Present"},
				"Absent": {"Type": "Pass", "Result": "absent", "End": true},
				"Present": {"Type": "Pass", "Result": "present", "End": true}`), input, echo)
			wantOutput(t, result, want)
		})
	}
}

func TestWhatNothingCatchesOnAWSNothingCatchesHere(t *testing.T) {
	const half = 140 << 10 // Two of them are too much for a state.
	answer := func(bytes int) statemachine.Handler {
		return func(context.Context, statemachine.Task) (json.RawMessage, error) {
			return fmt.Appendf(nil, "%q", strings.Repeat("x", bytes)), nil
		}
	}
	for _, test := range []struct {
		name, states, input string
		handle              statemachine.Handler
		want                string
	}{
		{"an error of the harness", invoke, `{}`, failWith(errors.New("broken")), "States.Runtime"},
		{"a path without a value", strings.Replace(invoke, `"$"`, `"$.a"`, 1), `{}`, echo, "States.Runtime"},
		{"too large a result", invoke, `{}`, answer(2 * half), "States.DataLimitExceeded"},
		{"too large a result of which little is selected", invoke + `, "ResultSelector": {"a": 1}`, `{}`, answer(2 * half), "States.DataLimitExceeded"},
		{"too large with the input", invoke + `, "ResultPath": "$.result"`, fmt.Sprintf(`{"a":%q}`, strings.Repeat("x", half)), answer(half), "States.DataLimitExceeded"},
		{"too large an input", invoke, fmt.Sprintf(`%q`, strings.Repeat("x", 2*half)), answer(1), "States.DataLimitExceeded"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			result := run(t, machine(`
				"First": {`+test.states+`, "Next": "Second", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Second"}], "Retry": [{"ErrorEquals": ["States.ALL"]}]},
				"Second": {"Type": "Succeed"}`), test.input, test.handle)
			if result.Status != statemachine.Failed || result.Error != test.want {
				t.Errorf("got %s with %s: %s, want FAILED with %s", result.Status, result.Error, result.Cause, test.want)
			}
		})
	}
}

func TestAFailStateEndsTheExecutionWithItsErrorAndCause(t *testing.T) {
	t.Parallel()
	result := run(
		t,
		machine(`"First": {"Type": "Fail", "ErrorPath": "$.error", "CausePath": "$.cause"}`),
		`{"error":"Some.Error","cause":"some cause"}`,
		echo,
	)
	if result.Status != statemachine.Failed || result.Error != "Some.Error" || result.Cause != "some cause" {
		t.Errorf("got %+v", result)
	}
}

func TestAMapDoesItsTasksForEachItemAndIsTriedAgainAsAWhole(t *testing.T) {
	t.Parallel()
	var asked []string
	result := run(t, machine(`
		"First": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 1,
			"ItemSelector": {"item.$": "$$.Map.Item.Value", "name.$": "$$.Execution.Name"},
			"ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Ask", "States": {
				"Ask": {`+invoke+`, "Next": "Choose"},
				"Choose": {"Type": "Choice", "Choices": [{"Variable": "$.Value.item", "StringEquals": "b", "Next": "Fail"}], "Default": "Done"},
				"Fail": {"Type": "Fail", "Error": "Some.Error"},
				"Done": {"Type": "Succeed"}}},
			"Retry": [{"ErrorEquals": ["Some.Error"], "IntervalSeconds": 1, "MaxAttempts": 1}],
			"Catch": [{"ErrorEquals": ["Some.Error"], "Next": "Second"}], "End": true},
		"Second": {"Type": "Pass", "Result": "caught", "End": true}`), `{"items":["a","b","c"]}`,
		func(_ context.Context, task statemachine.Task) (json.RawMessage, error) {
			asked = append(asked, string(task.Parameters))
			return task.Parameters, nil
		})
	wantOutput(t, result, `"caught"`)
	if got := strings.Join(asked, ""); strings.Count(got, `"a"`) != 2 || strings.Count(got, `"b"`) != 2 || strings.Contains(got, `"c"`) {
		t.Errorf("the tasks were %s, want those of a and b, twice", got)
	}
}

// untilTold ends with its context, and tells that it did.
func untilTold(started, ended chan struct{}) statemachine.Handler {
	return func(ctx context.Context, _ statemachine.Task) (json.RawMessage, error) {
		close(started)
		<-ctx.Done()
		close(ended)
		return nil, ctx.Err()
	}
}

func TestATaskThatTakesTooLongIsCaughtAndToldThatNothingStoppedIt(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	result := run(t, machine(`
		"First": {`+invoke+`, "TimeoutSeconds": 1, "End": true, "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Second"}]},
		"Second": {`+invoke+`, "TimeoutSeconds": 5, "End": true}`), `{}`,
		func(ctx context.Context, task statemachine.Task) (json.RawMessage, error) {
			if task.State == "First" {
				<-ctx.Done()
				if cause := context.Cause(ctx); !errors.Is(cause, statemachine.ErrTimedOut) {
					t.Errorf("its context ended by %v", cause)
				}
				close(ended)
				return nil, ctx.Err()
			}
			select {
			case <-ended: // Before the execution itself has.
				return json.RawMessage(`"told"`), nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		})
	wantOutput(t, result, `"told"`)
}

func TestStoppingAnExecutionStopsItsTask(t *testing.T) {
	t.Parallel()
	started, ended := make(chan struct{}), make(chan struct{})
	ctx, stop := context.WithCancel(t.Context())
	go func() { <-started; stop() }()
	result := runUntil(
		t,
		ctx,
		machine(
			`"First": {`+invoke+`, "End": true, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Second"}]}, "Second": {"Type": "Succeed"}`,
		),
		`{}`,
		untilTold(started, ended),
	)
	if result.Status != statemachine.Aborted {
		t.Errorf("got %+v, want ABORTED", result)
	}
	<-ended
}

func TestAnExecutionThatTakesTooLongTimesOut(t *testing.T) {
	t.Parallel()
	started, ended := make(chan struct{}), make(chan struct{})
	result := run(
		t,
		`{"StartAt": "First", "TimeoutSeconds": 1, "States": {"First": {`+invoke+`, "End": true}}}`,
		`{}`,
		untilTold(started, ended),
	)
	if result.Status != statemachine.TimedOut {
		t.Errorf("got %+v, want TIMED_OUT", result)
	}
	<-ended
}

func TestAnInterpreterRunsManyExecutionsAtOnceAndKeepsThemApart(t *testing.T) {
	t.Parallel()
	var all, started sync.WaitGroup
	const many = 50
	started.Add(many)
	for i := range many {
		all.Go(func() {
			input := fmt.Sprintf(`"execution %d"`, i)
			result, err := interpreter.Run(t.Context(), statemachine.Execution{
				Definition: json.RawMessage(machine(`"First": {` + invoke + `, "End": true}`)), Input: json.RawMessage(input),
			}, func(_ context.Context, task statemachine.Task) (json.RawMessage, error) {
				started.Done()
				started.Wait() // Until all of them wait for their task.
				return task.Parameters, nil
			}, func(statemachine.Event) {})
			if err != nil {
				t.Error(err)
			}
			wantOutput(t, result, `{"Value":`+input+`}`)
		})
	}
	all.Wait()
}

func TestADefinitionThatCannotRunIsAnErrorOfItsExecutionAlone(t *testing.T) {
	t.Parallel()
	for states, broken := range map[string]bool{
		`"First": {"Type": "Pass", "Next": "Nowhere"}`: true,
		`"First": {"Type": "Pass", "End": true}`:       false,
	} {
		_, err := interpreter.Run(
			t.Context(),
			statemachine.Execution{Definition: json.RawMessage(machine(states)), Input: json.RawMessage(`{}`)},
			echo,
			func(statemachine.Event) {},
		)
		if (err != nil) != broken {
			t.Errorf("%s: got error %v", states, err)
		}
	}
}

func TestAnExecutionThatSkipsWaitsTakesNoTime(t *testing.T) {
	const patience = `"Retry": [{"ErrorEquals": ["States.Timeout", "Some.Error"], "IntervalSeconds": 86400, "MaxAttempts": 2}]`
	for name, test := range map[string]struct {
		definition string
		err        error
		status     statemachine.Status
		failure    string
		tries      int
	}{
		"before it retries": {
			machine(`"First": {` + invoke + `, "End": true, ` + patience + `}`),
			&statemachine.TaskError{Name: "Some.Error"}, statemachine.Failed, "Some.Error", 3,
		},
		"until a task has taken too long": {
			machine(`"First": {` + invoke + `, "End": true, "TimeoutSeconds": 3600, ` + patience + `}`),
			statemachine.ErrHangs, statemachine.Failed, "States.Timeout", 3,
		},
		"until the execution has taken too long": {
			`{"StartAt": "First", "TimeoutSeconds": 100000, "States": {"First": {` + invoke + `, "End": true, "TimeoutSeconds": 3600, ` + patience + `}}}`,
			statemachine.ErrHangs, statemachine.TimedOut, "States.Timeout", 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tries := 0
			result, err := interpreter.Run(t.Context(), statemachine.Execution{
				Definition: json.RawMessage(test.definition), Input: json.RawMessage(`{}`), SkipWaits: true,
			}, func(context.Context, statemachine.Task) (json.RawMessage, error) {
				tries++
				return nil, test.err
			}, func(statemachine.Event) {})
			if err != nil || result.Status != test.status || result.Error != test.failure || tries != test.tries {
				t.Errorf("tried %d times, and ended with %+v and error %v", tries, result, err)
			}
		})
	}
}

func TestWhatWouldRunOtherwiseThanOnAWSIsRefused(t *testing.T) {
	for name, test := range map[string]struct{ definition, want string }{
		"a type of state":    {machine(`"First": {"Type": "Parallel"}`), `state "First": type "Parallel"`},
		"a Map of many":      {machine(`"First": {"Type": "Map", "ItemProcessor": {"States": {}}, "End": true}`), `state "First": a Map without MaxConcurrency 1`},
		"a state of a Map":   {machine(`"First": {"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": {"States": {"Inner": {"Type": "Wait"}}}, "End": true}`), `state "Inner": type "Wait"`},
		"a resource":         {machine(`"First": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true}`), `resource "arn:aws:states:::sqs:sendMessage"`},
		"a parameter":        {machine(`"First": {"Type": "Task", "Resource": "arn:aws:states:::test:do", "Parameters": {"Other.$": "$"}, "End": true}`), `parameter "Other.$"`},
		"a field":            {machine(`"First": {` + invoke + `, "HeartbeatSeconds": 1, "End": true}`), `field "HeartbeatSeconds"`},
		"a variable":         {machine(`"First": {"Type": "Pass", "Assign": {"a": 1}, "End": true}`), `field "Assign"`},
		"JSONata":            {`{"QueryLanguage": "JSONata", "StartAt": "First", "States": {}}`, `field "QueryLanguage"`},
		"JSONata in a state": {machine(`"First": {` + invoke + `, "Arguments": {}, "End": true}`), `field "Arguments"`},
		"a test":             {machine(`"First": {"Type": "Choice", "Choices": [{"Not": {"Variable": "$.a", "StringMatches": "*"}, "Next": "First"}]}`), `test "StringMatches"`},
		"a function":         {machine(`"First": {"Type": "Pass", "Parameters": {"a": {"b.$": "States.Format('{}', States.UUID())"}}, "End": true}`), `function "States.UUID"`},
	} {
		t.Run(name, func(t *testing.T) {
			err := statemachine.Check(json.RawMessage(test.definition), integrations)
			if err == nil || !strings.Contains(err.Error(), test.want+" is not supported by the local run") {
				t.Errorf("got error %v, want one about %s", err, test.want)
			}
		})
	}
}
