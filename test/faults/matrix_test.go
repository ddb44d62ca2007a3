package faults

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"batchjobwithlambda/test/account/events"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/proof"
)

var routes = []route{
	{shards: 0},
	{shards: 1},
	{shards: 1, failed: true},
	{shards: 7},
	{shards: 7, failed: true},
	{shards: 1, overtime: true},
	{shards: 7, overtime: true},
	{idle: true},
	{shards: 7, older: true},
	{shards: 7, overtime: true, older: true},
}

// largeRoutes are those of a pipeline with a larger job besides.
var largeRoutes = []route{
	{shards: 1, large: 1},
	{shards: 7, large: 3},
	{shards: 7, large: 3, failed: true},
}

// states are the states that a run without a fault calls services in, in their order. Of a run
// that takes too long they are those that no other run enters, and of one with an older plan none.
func (r route) states() []string {
	switch {
	case r.older:
		return nil
	case r.large == 1:
		return []string{submit, collect, submitLarge, notifySuccess}
	case r.large > 1 && r.failed:
		return []string{submitArray, collect, submitLarges, notifyFailure}
	case r.large > 1:
		return []string{submitArray, collect, submitLarges, notifySuccess}
	case r.overtime && r.shards == 1:
		return []string{terminateJob}
	case r.overtime:
		return []string{listJobs, listMore, describeJob, terminateJob}
	}
	states := []string{generate}
	switch {
	case r.idle:
		return states
	case r.shards == 1:
		states = append(states, submit)
	case r.shards > 1:
		states = append(states, submitArray)
	}
	if r.failed {
		return append(states, collect, notifyFailure)
	}
	return append(states, collect, notifySuccess)
}

// matrix is every fault in every state of every route.
func matrix(routes ...route) []trial {
	var trials []trial
	for _, r := range routes {
		for _, down := range []bool{false, true} {
			trials = append(trials, trial{route: r, topicDown: down})
		}
		for _, state := range r.states() {
			for _, e := range errorsOf(services[state]) {
				for _, tries := range []int{1, 2, always} {
					trials = append(trials, trial{route: r, fault: fault{state, fails, e, tries}})
				}
				trials = append(trials, trial{route: r, fault: fault{state, fails, e, always}, topicDown: true})
			}
			for _, down := range []bool{false, true} {
				for _, m := range r.manners(state) {
					trials = append(trials, trial{route: r, fault: fault{state: state, manner: m, tries: 1}, topicDown: down})
				}
			}
			for _, e := range uncaught {
				f := fault{state, fails, statemachine.TaskError{Name: e, Cause: "injected"}, always}
				trials = append(trials, trial{route: r, fault: f, nameless: true})
			}
			if services[state] == jobs {
				trials = append(trials, lostAnswers(r, state)...)
			}
			if services[state] != topic {
				continue // Only of a message does it matter whether it went out before the failure.
			}
			for _, e := range append(passing[topic], "States.Timeout") {
				for _, tries := range []int{1, 2, always} {
					trials = append(
						trials,
						trial{
							route: r,
							fault: fault{state, failsLate, statemachine.TaskError{Name: e, Cause: "the answer was lost"}, tries},
						},
					)
				}
			}
			trials = append(trials, trial{route: r, fault: fault{state: state, manner: stoppedLate, tries: 1}})
		}
	}
	return trials
}

// manners are how the state's task may go wrong without an error.
func (r route) manners(state string) []manner {
	switch {
	case r.overtime: // The execution would time out while the job works.
		return []manner{hangs, stopped}
	case services[state] == jobs:
		return []manner{hangs, hangsLate, outlives, stopped}
	}
	return []manner{hangs, outlives, stopped}
}

// lostAnswers are submissions that were done each time, and each time looked as if they were not.
func lostAnswers(r route, state string) []trial {
	var trials []trial
	for _, name := range passing[jobs] {
		trials = append(trials, trial{
			route: r,
			fault: fault{state, failsLate, statemachine.TaskError{Name: name, Cause: "the answer was lost"}, always},
		})
	}
	return trials
}

// atOnce is how many executions run at the same time.
const atOnce = 64

// tryAll runs the trials, and hands each to the function as it ends.
func (e environment) tryAll(ctx context.Context, trials []trial, each func(trial, observed, error)) {
	var running sync.WaitGroup
	var mu sync.Mutex
	next := make(chan int)
	for range min(atOnce, len(trials)) {
		running.Go(func() {
			for i := range next {
				seen, err := e.try(ctx, i, trials[i])
				mu.Lock()
				each(trials[i], seen, err)
				mu.Unlock()
			}
		})
	}
	for i := range trials {
		next <- i
	}
	close(next)
	running.Wait()
}

// counts are how many trials ended with each verdict.
type counts map[verdict]int

// figures are the columns of the table in docs/trust.md.
func (c counts) figures() []any {
	total := 0
	for _, n := range c {
		total += n
	}
	return []any{
		total,
		c[toldInFlow],
		c[toldFromOutside],
		c[toldByAlarm],
		c[toldNobody],
		c[ambiguous],
		c[contradictory],
		c[silent],
	}
}

func TestWhateverFailsAPersonIsToldOfEveryEndAndOfNoneWrongly(t *testing.T) {
	for name := range templates {
		e := environmentOf(t, name)
		all, byState := counts{}, map[string]counts{}
		of := routes
		if e.largeARN != "" {
			of = largeRoutes
		}
		e.tryAll(t.Context(), matrix(of...), func(tried trial, seen observed, err error) {
			if err = errors.Join(err, tried.check(seen)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if byState[tried.state] == nil {
				byState[tried.state] = counts{}
			}
			v := tried.verdict(seen)
			all[v]++
			byState[tried.state][v]++
		})
		for _, state := range []string{"", generate, submit, submitArray, submitLarge, submitLarges, listJobs, listMore, describeJob, terminateJob, collect, notifySuccess, notifyFailure} {
			t.Logf("%s: faults in %q: %v", name, state, byState[state].figures())
		}
		proof.Row(t, "faults", name, all.figures()...)
	}
}

// checkBlockedQueue returns what is wrong with what is told of a blocked queue.
func (e environment) checkBlockedQueue() error {
	const job, reason = "4c7599ae-0a82-49aa-ba5a-4727fcce14a8", "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT"
	says := func(got []message) bool {
		return len(got) == 1 && strings.Contains(got[0].Message, "job "+job+" cannot start and blocks the queue: "+reason)
	}
	published, _ := e.deliver(events.QueueBlocked(e.queueARN, job, reason), false)
	_, deadLetters := e.deliver(events.QueueBlocked(e.queueARN, job, reason), true)
	if !says(published) || !says(deadLetters) {
		return fmt.Errorf("of a blocked queue is published %q, and with the topic down %q is kept", published, deadLetters)
	}
	if published, deadLetters := e.deliver(
		events.QueueBlocked(e.queueARN+"-of-another", job, reason),
		false,
	); len(
		published,
	)+len(
		deadLetters,
	) > 0 {
		return fmt.Errorf("of another's queue is published %q, and kept %q", published, deadLetters)
	}
	return nil
}

func TestAPersonIsToldOfABlockedQueue(t *testing.T) {
	for name := range templates {
		if err := environmentOf(t, name).checkBlockedQueue(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// checkAlarm returns which dead-letter queues can fill without anybody being told.
func (e environment) checkAlarm() error {
	for _, rule := range e.rules {
		for _, target := range rule.Targets {
			if queue := target.DeadLetterConfig.ARN; !e.alarmed[queue] {
				return fmt.Errorf("no alarm tells of the dead letters of %s in %q", rule.ID, queue)
			}
		}
	}
	return nil
}

func TestAnAlarmTellsOfDeadLetters(t *testing.T) {
	for _, name := range []string{"dev", "prod"} {
		if err := environmentOf(t, name).checkAlarm(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
