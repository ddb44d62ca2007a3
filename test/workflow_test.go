package test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/template"
)

type definition struct {
	StartAt        string
	TimeoutSeconds int
	States         map[string]state
}

type state struct {
	Type           string
	Resource       string
	TimeoutSeconds int
	Parameters     map[string]any
	Next           string
	Default        string
	Choices        []struct{ Next string }
	Retry          []struct {
		ErrorEquals                                   []string
		IntervalSeconds, MaxAttempts, MaxDelaySeconds int
		BackoffRate                                   float64
		JitterStrategy                                string
	}
	Catch []struct {
		ErrorEquals []string
		ResultPath  string
		Next        string
	}
	Error string
}

// definitionText is the state machine's definition, with resources as "${Name}".
func definitionText(tb testing.TB, s stack) string {
	tb.Helper()
	return template.Render(s.only(tb, "AWS::StepFunctions::StateMachine").Properties["DefinitionString"])
}

func (s stack) definition(tb testing.TB) definition {
	tb.Helper()
	var d definition
	if err := json.Unmarshal([]byte(definitionText(tb, s)), &d); err != nil {
		tb.Fatal(err)
	}
	return d
}

func (d definition) tasks() map[string]state {
	tasks := maps.Clone(d.States)
	maps.DeleteFunc(tasks, func(_ string, s state) bool { return s.Type != "Task" })
	return tasks
}

func TestTheSamplesStatesAndParametersAreKept(t *testing.T) {
	for environment, stack := range everyKind(t) {
		d := stack.definition(t)
		submit := d.States["Submit Batch Job"]
		if d.StartAt != "Generate batch job input" || !strings.HasSuffix(submit.Resource, ":states:::batch:submitJob.sync") ||
			submit.Parameters["JobName"] != "BatchJobFanOut" || submit.Parameters["Parameters.$"] != "$.batch_input" {
			t.Errorf("%s: starts at %q, submits %v", environment, d.StartAt, submit.Parameters)
		}
	}
	if seconds := dev.definition(t).TimeoutSeconds; seconds != 3600 {
		t.Errorf("dev: the execution may take %d s, the sample's 3600", seconds)
	}
}

func TestEveryTaskHasALimitARetryAndACatchOfEverything(t *testing.T) {
	for environment, stack := range everyKind(t) {
		for name, task := range stack.definition(t).tasks() {
			if task.TimeoutSeconds == 0 || len(task.Retry) == 0 {
				t.Errorf("%s: %s: limit %d s, %d retries", environment, name, task.TimeoutSeconds, len(task.Retry))
			}
			if n := len(task.Catch); n == 0 || !slices.Equal(task.Catch[n-1].ErrorEquals, []string{"States.ALL"}) {
				t.Errorf("%s: %s catches %+v", environment, name, task.Catch)
			}
		}
	}
}

func TestOnlyWhatPassesByItselfIsRetriedAndWithBackoffAndJitter(t *testing.T) {
	for environment, stack := range everyKind(t) {
		for name, task := range stack.definition(t).tasks() {
			for _, retry := range task.Retry {
				if retry.BackoffRate <= 1 || retry.JitterStrategy != "FULL" || retry.MaxDelaySeconds == 0 ||
					retry.MaxAttempts == 0 {
					t.Errorf("%s: %s retries without backoff, jitter or bound: %+v", environment, name, retry)
				}
				for _, err := range retry.ErrorEquals {
					if strings.HasPrefix(err, "States.") {
						t.Errorf("%s: %s retries %s, which does not pass by itself", environment, name, err)
					}
				}
			}
		}
	}
}

// The report must say which objects are left, whatever went wrong before it.
func TestWhateverFailsBeforeItIsStillCollected(t *testing.T) {
	for environment, stack := range everyKind(t) {
		states := stack.definition(t).States
		for _, name := range []string{"Generate batch job input", "Submit Batch Job", "Submit Batch Array Job"} {
			catch := states[name].Catch
			if next := catch[len(catch)-1].Next; next != "Collect results" {
				t.Errorf("%s: a failed %q goes to %q", environment, name, next)
			}
		}
	}
}

func TestAFailedRunEndsAsFailedAfterAPersonWasTold(t *testing.T) {
	for environment, stack := range everyKind(t) {
		states := stack.definition(t).States
		for _, step := range []struct{ from, to string }{
			{states["Check outcome"].Default, "Notify Failure"},
			{states["Notify Failure"].Next, "Run Failed"},
			{states["Collect results"].Catch[0].Next, "Describe Failure"},
			{states["Describe Failure"].Next, "Notify Failure"},
			{states["Run Failed"].Type, "Fail"},
		} {
			if step.from != step.to {
				t.Errorf("%s: %q, want %q", environment, step.from, step.to)
			}
		}
	}
}

func TestARunThatCouldTellNobodyEndsWithAnErrorOfItsOwn(t *testing.T) {
	for environment, stack := range everyKind(t) {
		states := stack.definition(t).States
		for _, name := range []string{"Notify Success", "Notify Failure"} {
			if end := states[states[name].Catch[0].Next]; end.Type != "Fail" || end.Error != contract.ErrorNotification {
				t.Errorf("%s: a failed %s ends in %+v", environment, name, end)
			}
		}
	}
}

// Batch takes a task's timeout for an attempt's if the state passes it on.
func TestAStatesLimitIsNotAnAttemptsLimit(t *testing.T) {
	for environment, stack := range everyKind(t) {
		d := stack.definition(t)
		for _, name := range []string{"Submit Batch Job", "Submit Batch Array Job"} {
			task := d.States[name]
			if task.Parameters["Timeout"] != nil || task.TimeoutSeconds >= d.TimeoutSeconds {
				t.Errorf(
					"%s: %s: limit %d s of %d s, parameters %v",
					environment,
					name,
					task.TimeoutSeconds,
					d.TimeoutSeconds,
					task.Parameters,
				)
			}
		}
	}
}

func TestAJobIsSubmittedWithTheTagByWhichItMayBeStopped(t *testing.T) {
	for environment, stack := range everyKind(t) {
		for _, name := range []string{"Submit Batch Job", "Submit Batch Array Job"} {
			tags, _ := stack.definition(t).States[name].Parameters["Tags"].(map[string]any)
			for _, s := range stack.statements(t) {
				if s.Sid == "StopOwnJobs" && s.Condition["StringEquals"]["aws:ResourceTag/pipeline"] != tags["pipeline"] {
					t.Errorf("%s: %s has the tags %v, and may be stopped with %v", environment, name, tags, s.Condition)
				}
			}
			if tags["run.$"] != "$$.Execution.Name" {
				t.Errorf("%s: %s has the tags %v", environment, name, tags)
			}
		}
	}
}

func TestEveryEventIsLoggedAndTraced(t *testing.T) {
	for environment, stack := range everyKind(t) {
		var machine struct {
			LoggingConfiguration struct {
				Level                string
				IncludeExecutionData bool
			}
			TracingConfiguration struct{ Enabled bool }
		}
		decode(t, stack.only(t, "AWS::StepFunctions::StateMachine"), &machine)
		if logs := machine.LoggingConfiguration; logs.Level != "ALL" || !logs.IncludeExecutionData ||
			!machine.TracingConfiguration.Enabled {
			t.Errorf("%s: %+v", environment, machine)
		}
	}
}
