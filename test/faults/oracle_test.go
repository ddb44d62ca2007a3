package faults

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/statemachine"
)

// mostTries is how often a task is tried whose errors pass by themselves: once, and ten
// times again.
const mostTries = 11

// callsToEnd is how often a state calls its service to end the job of a run that takes too long:
// two jobs of others are looked at once, the run's own until it has ended.
var callsToEnd = map[string]int{
	listJobs:     1,
	listMore:     1,
	describeJob:  2 + 1 + looksUntilEnded,
	terminateJob: looksUntilEnded,
}

// expected is how a trial has to end.
type expected struct {
	status  statemachine.Status
	failure string
	// cause is what the end has to say of why; empty if that is for the workflow to choose.
	cause string
	// told is whether the workflow told so itself; else a rule has to.
	told bool
	// quiet is whether nobody is to be told.
	quiet bool
}

// expect says how a trial has to end, and how often its state has to call its service. It
// knows the design, and not the definition.
func expect(t trial) (end expected, tries int) {
	control := expected{status: statemachine.Succeeded, told: true}
	if t.idle { // Nobody has asked for it, and nothing is done.
		control = expected{status: statemachine.Succeeded, quiet: true}
	}
	if t.failed {
		control = expected{status: statemachine.Failed, failure: contract.ErrorObjects, told: true}
	}
	if t.overtime {
		control = expected{status: statemachine.Failed, failure: contract.ErrorObjects, told: true}
	}
	if t.overtime && t.older { // The older plan does not say which jobs may be the run's.
		control = expected{status: statemachine.Failed, failure: statemachine.ErrorRuntime}
	}
	calls := max(1, callsToEnd[t.state])
	if t.large > 0 && t.state == collect { // After each round.
		calls = 2
	}
	end, tries = control, calls
	switch t.manner {
	case stopped, stoppedLate:
		return expected{status: statemachine.Aborted}, 1
	case outlives:
		return expected{status: statemachine.TimedOut, failure: "States.Timeout"}, 1
	case hangs:
		end, tries = t.whenFailed(), 1
	case hangsLate: // What the job has done counts, whatever its state says.
	case fails, failsLate:
		if slices.Contains(passing[services[t.state]], t.error.Name) {
			tries = min(t.tries, mostTries-1) + 1
		} else {
			tries = 1
		}
		if tries <= t.tries {
			end = t.whenFailed()
		} else {
			tries += calls - 1
		}
	}
	if t.topicDown && end.told && !end.quiet {
		end = expected{status: statemachine.Failed, failure: contract.ErrorNotification}
	}
	return end, tries
}

// whenFailed says how an execution ends in which the state failed for good.
func (t trial) whenFailed() expected {
	end := expected{status: statemachine.Failed, cause: t.error.Cause, told: true}
	if t.manner != hangs && slices.Contains(uncaught, t.error.Name) {
		end.failure, end.told = t.error.Name, false
		return end
	}
	switch t.state {
	case generate:
		end.failure = contract.ErrorPlanning
		if t.error.Name == contract.ErrorInvalidInput {
			end.failure = contract.ErrorInvalidInput
		}
	case submit, submitArray, submitLarge, submitLarges:
		end.failure = contract.ErrorObjects
	case listJobs, listMore, describeJob, terminateJob:
		end.failure = contract.ErrorObjects
		// The interpreter's States.Format takes this backslash out of what it puts in.
		end.cause = strings.ReplaceAll(end.cause, `\'`, `'`)
	case collect:
		end.failure = contract.ErrorCollecting
	case notifySuccess, notifyFailure:
		end.failure, end.told = contract.ErrorNotification, false
	}
	return end
}

// check returns what is wrong with how a trial went.
func (t trial) check(seen observed) error {
	want, tries := expect(t)
	problems := slices.Clone(seen.problems)
	wrong := func(format string, values ...any) { problems = append(problems, fmt.Errorf(format, values...)) }
	if seen.result.Status != want.status || seen.result.Error != want.failure ||
		!strings.Contains(seen.result.Cause, want.cause) {
		wrong(
			"it ended %s with %q: %.200q, want %s with %q: %.200q",
			seen.result.Status,
			seen.result.Error,
			seen.result.Cause,
			want.status,
			want.failure,
			want.cause,
		)
	}
	if t.state != "" && seen.tries[t.state] != tries {
		wrong("the state called its service %d times, want %d", seen.tries[t.state], tries)
	}
	inFlow, outside, deadLetters := 0, 1, 0
	switch {
	case want.told:
		inFlow, outside = 1, 0
	case want.quiet:
		outside = 0
	}
	if t.losesAnswers() {
		inFlow = tries
	}
	if t.topicDown {
		outside, deadLetters = 0, outside
	}
	if len(seen.inFlow) != inFlow || len(seen.outside) != outside || len(seen.deadLetters) != deadLetters {
		wrong("%d messages in flow, %d from outside and %d dead letters, want %d, %d and %d",
			len(seen.inFlow), len(seen.outside), len(seen.deadLetters), inFlow, outside, deadLetters)
	}
	for _, m := range slices.Concat(seen.outside, seen.deadLetters) {
		if !strings.Contains(m.Message, string(want.status)) || !strings.Contains(m.Message, "run "+seen.run+" ") {
			wrong("the message from outside does not say what ended how: %s", m.Message)
		}
	}
	if v := t.verdict(seen); v == silent || v == contradictory {
		wrong("it is %s: in flow %.200q, from outside %q", v, seen.inFlow, seen.outside)
	}
	if len(problems) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %w", t, errors.Join(problems...))
}

// losesAnswers says that a message may have reached the topic although the workflow
// could not know.
func (t trial) losesAnswers() bool {
	return services[t.state] == topic && (t.manner == failsLate || t.manner == stoppedLate)
}

// verdict is who told a person of an execution's end.
type verdict string

const (
	toldInFlow      verdict = "in-flow"
	toldFromOutside verdict = "from outside"
	// toldByAlarm is a message that waits in the dead-letter queue; see checkAlarm.
	toldByAlarm verdict = "dead-letter"
	// ambiguous is a message that the topic took without the workflow learning of it. It may
	// come again, as every message may that is delivered at least once; and if the workflow
	// gives up, a rule tells of it too, and says which of them holds.
	ambiguous verdict = "ambiguous"
	// toldNobody is a start that had nothing to do.
	toldNobody    verdict = "nobody has to be told"
	contradictory verdict = "contradictory"
	silent        verdict = "silent"
)

// defers is how a message from outside says that the workflow's own is the one to believe.
const defers = "If one did reach you, it holds"

// verdict looks only at what a person got to see, and at how the execution ended.
func (t trial) verdict(seen observed) verdict {
	success := slices.ContainsFunc(
		seen.inFlow,
		func(m message) bool { return strings.Contains(m.Subject, string(contract.Succeeded)) },
	)
	failure := slices.ContainsFunc(
		seen.inFlow,
		func(m message) bool { return strings.Contains(m.Subject, string(contract.RunFailed)) },
	)
	fromOutside := slices.Concat(seen.outside, seen.deadLetters)
	succeeded := seen.result.Status == statemachine.Succeeded
	switch total := len(seen.inFlow) + len(fromOutside); {
	case total == 0 && t.idle && succeeded:
		return toldNobody
	case total == 0:
		return silent
	case success && failure, succeeded && (failure || len(fromOutside) > 0):
		return contradictory
	case t.losesAnswers():
		if len(slices.Compact(slices.Clone(seen.inFlow))) > 1 || len(fromOutside) > 1 ||
			slices.ContainsFunc(fromOutside, func(m message) bool { return !strings.Contains(m.Message, defers) }) {
			return contradictory
		}
		if total > 1 {
			return ambiguous
		}
		return toldInFlow
	case total > 1, success != succeeded && len(seen.inFlow) > 0:
		return contradictory
	case len(seen.deadLetters) > 0:
		return toldByAlarm
	case len(seen.outside) > 0:
		return toldFromOutside
	}
	return toldInFlow
}
