package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/scheduler"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/template"
)

// Begun is an execution that a schedule is about to start.
type Begun struct {
	At   time.Time
	Name string
}

// addSchedules makes the schedules of the template. Their clock stands until somebody has time pass.
func (a *Account) addSchedules(t *template.Template) error {
	var err error
	if a.schedules, err = scheduler.Schedules(t); err != nil {
		return err
	}
	var problems []error
	for _, s := range a.schedules {
		problems = append(problems, s.CheckTrust(a.gate))
	}
	return errors.Join(problems...)
}

// Now is the account's time: that of this machine, and what passed on the virtual clock.
func (a *Account) Now() time.Time { return time.Now().Add(time.Duration(a.passed.Load())) }

// Skip lets the time pass, and starts nothing of what a schedule would have started meanwhile.
func (p *Pipeline) Skip(d time.Duration) { p.account.passed.Add(int64(d)) }

// Pass lets the time pass at once, and runs every execution that a schedule of the pipeline starts
// meanwhile, one after the other: none takes time on the virtual clock. An error says that this
// machine failed.
func (p *Pipeline) Pass(ctx context.Context, d time.Duration) ([]statemachine.Result, error) {
	a := p.account
	now := a.Now()
	until := now.Add(d)
	next := map[string]time.Time{}
	for _, s := range a.schedules {
		next[s.ID] = s.Next(now)
	}
	var results []statemachine.Result
	for {
		s, at, ok := earliest(a.schedules, next, p.Machine.ARN)
		if !ok || at.After(until) || ctx.Err() != nil {
			a.passed.Add(int64(until.Sub(a.Now())))
			return results, ctx.Err()
		}
		a.passed.Add(int64(at.Sub(a.Now())))
		next[s.ID] = s.Next(at)
		result, err := p.start(ctx, s, at)
		if err != nil {
			return results, err
		}
		if result != nil {
			results = append(results, *result)
		}
	}
}

// earliest is the schedule of the state machine that comes next, and when.
func earliest(
	schedules []scheduler.Schedule,
	next map[string]time.Time,
	machine string,
) (first scheduler.Schedule, at time.Time, ok bool) {
	for _, s := range schedules {
		if s.StateMachine == machine && (!ok || next[s.ID].Before(at)) {
			first, at, ok = s, next[s.ID], true
		}
	}
	return first, at, ok
}

// start has a schedule start an execution, and returns its end. A start that is refused leaves a
// message in the dead-letter queue, and has no end.
func (p *Pipeline) start(ctx context.Context, s scheduler.Schedule, at time.Time) (*statemachine.Result, error) {
	a := p.account
	name := s.Execution(fmt.Sprintf("%x", at.Unix()))
	call := iam.Request{Principal: s.Role, Action: "states:StartExecution", Resource: s.StateMachine}
	if err := a.gate.Check(call); err != nil {
		return nil, a.queues.Send(s.Role, s.DeadLetters, err.Error(), nil)
	}
	a.options.Observe(Begun{At: at, Name: name})
	result, err := p.Run(ctx, name, s.Input)
	return &result, err
}

// Queued are the bodies of the messages in the queues whose names have the text in them.
func (p *Pipeline) Queued(name string) []string {
	var bodies []string
	for _, arn := range p.account.queues.ARNs() {
		if strings.Contains(arn, name) {
			bodies = append(bodies, p.account.queues.Bodies(arn)...)
		}
	}
	return bodies
}
