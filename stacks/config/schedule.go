package config

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"time"
	_ "time/tzdata" // So that the zones are known wherever the app is synthesized.

	"batchjobwithlambda/batch/contract"
)

// Schedule starts runs by the clock, by Amazon EventBridge Scheduler.
type Schedule struct {
	// Expression is when, as rate(1 day) or as cron(30 2 * * ? *) for half past two each night; default: never.
	Expression string
	// TimeZone is where the clock of a cron expression hangs, such as Europe/Stockholm; default: UTC.
	TimeZone string
	// Input is what each run is asked, as the JSON of an execution's input; default: {}, everything.
	Input string
}

func (s Schedule) withDefaults() Schedule {
	if s.Expression != "" {
		s.TimeZone = cmp.Or(s.TimeZone, "UTC")
		s.Input = cmp.Or(s.Input, "{}")
	}
	return s
}

// StartInput is the input of the executions that the schedule starts: they leave alone a run that
// goes on, unless Input says otherwise. Input must have been validated.
func (s Schedule) StartInput() string {
	fields := map[string]json.RawMessage{"unless_running": json.RawMessage("true")}
	var asked map[string]json.RawMessage
	if err := json.Unmarshal([]byte(s.Input), &asked); err != nil {
		panic(err)
	}
	if _, ok := asked["overlap"]; ok {
		clear(fields)
	}
	maps.Copy(fields, asked)
	text, err := json.Marshal(fields)
	if err != nil {
		panic(err) // What was JSON is JSON.
	}
	return string(text)
}

func (v *validator) checkSchedule(p Pipeline) {
	s := p.Schedule
	v.check(s.Expression == "" || isRate(s.Expression) || isCron(s.Expression), "Schedule.Expression", s.Expression,
		"rate(VALUE UNIT) with minutes, hours or days, cron(MINUTES HOURS DAY-OF-MONTH MONTH DAY-OF-WEEK YEAR) "+
			"with ? for one of the two days, or none")
	v.check(isZone(s.TimeZone), "Schedule.TimeZone", s.TimeZone,
		"the name of a time zone such as Europe/Stockholm, or none")
	v.check(s.TimeZone == "" || s.Expression != "", "Schedule.TimeZone", s.TimeZone, "none without Schedule.Expression")
	v.check(s.Input == "" || s.Expression != "", "Schedule.Input", s.Input, "none without Schedule.Expression")
	if s.Expression == "" {
		return
	}
	err := p.checkStart(s.Input)
	v.check(err == nil, "Schedule.Input", s.Input, wanted(err))
}

func wanted(err error) string {
	invalid, ok := errors.AsType[*contract.InvalidInput](err)
	if !ok {
		return ""
	}
	return "the JSON of an execution's input, with " + invalid.Field + " as " + invalid.Want
}

// checkStart refuses an input as the function that plans a run would, and one that is about the
// files of one earlier run: each start has the same input.
func (p Pipeline) checkStart(text string) error {
	input, err := contract.ParseInput([]byte(text), contract.PlanSettings{
		Input: contract.Location{Bucket: p.Input.Bucket, Prefix: p.Input.KeyPrefix()},
		Runs:  contract.Location{Prefix: contract.RunsPrefix},
	})
	if err != nil {
		return err
	}
	if input.Source != contract.SourcePrefix && input.Source != contract.SourceObjects {
		return &contract.InvalidInput{Field: string(input.Source), Want: "none, because each start has the same input"}
	}
	if p.usesLists() {
		return &contract.InvalidInput{Field: "list", Want: "what Command needs, which no schedule has"}
	}
	_, err = contract.Job{Command: p.Command, Parameters: p.Parameters}.Choose(input.Parameters)
	return err
}

// isZone reports whether the name is that of a time zone. Local is the zone of whoever synthesizes.
func isZone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "Local"
}
