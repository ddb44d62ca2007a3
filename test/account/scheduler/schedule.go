package scheduler

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/template"
)

const (
	typeSchedule = "AWS::Scheduler::Schedule"
	typeGroup    = "AWS::Scheduler::ScheduleGroup"
	startTarget  = "arn:" + template.Partition + ":scheduler:::aws-sdk:sfn:startExecution"
)

// Types are those of Amazon EventBridge Scheduler.
var Types = template.Types{
	typeSchedule: {ARN: template.ARN("scheduler", "schedule/%s"), Ref: "%s", Attribute: "Arn"},
	typeGroup:    {ARN: template.ARN("scheduler", "schedule-group/%s"), Ref: "%s", Attribute: "Arn"},
}

// properties are those of a schedule.
type properties struct {
	GroupName                  string
	ScheduleExpression         string
	ScheduleExpressionTimezone string
	FlexibleTimeWindow         struct{ Mode string }
	Target                     struct {
		Arn              string
		RoleArn          string
		Input            string
		DeadLetterConfig struct{ Arn string }
		RetryPolicy      template.Ignored
	}
}

// Schedule is a schedule that starts executions.
type Schedule struct {
	// ID is the logical id of the resource.
	ID string
	// Role is the ARN of the role that it acts by, and Group that of its group.
	Role, Group string
	// StateMachine and DeadLetters are ARNs.
	StateMachine, DeadLetters string
	// Input is the input of each execution.
	Input json.RawMessage

	name string
	next clock
}

// Schedules returns the schedules of a template, sorted by their ids. It returns an error for
// whatever in them is not supported here.
func Schedules(t *template.Template) ([]Schedule, error) {
	var schedules []Schedule
	var problems []error
	for _, r := range t.OfType(typeSchedule) {
		s, err := read(t, r)
		if err != nil {
			problems = append(problems, fmt.Errorf("schedule %s: %w", r.ID, err))
		}
		schedules = append(schedules, s)
	}
	slices.SortFunc(schedules, func(a, b Schedule) int { return strings.Compare(a.ID, b.ID) })
	return schedules, errors.Join(problems...)
}

func read(t *template.Template, r *template.Resource) (Schedule, error) {
	var p properties
	if err := t.Resolve(r, &p); err != nil {
		return Schedule{}, err
	}
	if p.Target.Arn != startTarget || p.FlexibleTimeWindow.Mode != "OFF" {
		return Schedule{}, fmt.Errorf("target %s with window %s is not supported", p.Target.Arn, p.FlexibleTimeWindow.Mode)
	}
	zone, err := time.LoadLocation(p.ScheduleExpressionTimezone)
	if err != nil {
		return Schedule{}, err
	}
	next, err := parseExpression(p.ScheduleExpression, zone)
	if err != nil {
		return Schedule{}, err
	}
	var call struct{ StateMachineArn, Name, Input string }
	decoder := json.NewDecoder(strings.NewReader(p.Target.Input))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&call); err != nil {
		return Schedule{}, fmt.Errorf("input of the target: %w", err)
	}
	return Schedule{
		ID:           r.ID,
		Role:         p.Target.RoleArn,
		Group:        template.ARN("scheduler", "schedule-group/"+p.GroupName),
		StateMachine: call.StateMachineArn,
		DeadLetters:  p.Target.DeadLetterConfig.Arn,
		Input:        json.RawMessage(call.Input),
		name:         call.Name,
		next:         next,
	}, nil
}

// Next is when the schedule comes next after a time.
func (s Schedule) Next(after time.Time) time.Time { return s.next(after) }

// Execution is the name of the execution that is started with the id.
func (s Schedule) Execution(id string) string {
	return strings.ReplaceAll(s.name, "<aws.scheduler.execution-id>", id)
}

// CheckTrust returns an error if the service could not take the role of the schedule, which it
// tries when the schedule is made.
func (s Schedule) CheckTrust(gate *iam.Gate) error {
	source := map[string]string{"aws:SourceAccount": template.Account, "aws:SourceArn": s.Group}
	if err := gate.Check(iam.AssumeRole("scheduler", s.Role, source)); err != nil {
		return fmt.Errorf("EventBridge Scheduler cannot take the role of %s: %w", s.ID, err)
	}
	return nil
}
