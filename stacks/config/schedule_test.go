package config_test

import (
	"testing"
	"time"

	"batchjobwithlambda/stacks/config"
)

func TestExpressionsOfASchedule(t *testing.T) {
	for expression, allowed := range map[string]bool{
		"rate(1 minute)":                true,
		"rate(5 minutes)":               true,
		"rate(1 day)":                   true,
		"rate(12 hours)":                true,
		"rate(1 minutes)":               false,
		"rate(2 hour)":                  false,
		"rate(0 minutes)":               false,
		"rate(1 week)":                  false,
		"rate(1.5 hours)":               false,
		"cron(0 2 * * ? *)":             true,
		"cron(0/15 8-17 ? * MON-FRI *)": true,
		"cron(0 0 1,15 JAN-JUN,12 ? *)": true,
		"cron(*/10 * L * ? 2026-2030)":  true,
		"cron(0 9 15W * ? *)":           true,
		"cron(0 9 ? * 2#1 *)":           true,
		"cron(0 9 ? * 6L *)":            true,
		"cron(0 2 * * * *)":             false,
		"cron(0 2 ? * ? *)":             false,
		"cron(0 2 1 * MON *)":           false,
		"cron(60 2 * * ? *)":            false,
		"cron(0 24 * * ? *)":            false,
		"cron(0 2 32 * ? *)":            false,
		"cron(0 2 0 * ? *)":             false,
		"cron(0 2 * 13 ? *)":            false,
		"cron(0 2 ? * 0 *)":             false,
		"cron(0 2 ? * MO *)":            false,
		"cron(0 2 * * ? 1969)":          false,
		"cron(0/0 2 * * ? *)":           false,
		"cron(*-5 2 * * ? *)":           false,
		"cron(0, 2 * * ? *)":            false,
		"cron(? 2 * * ? *)":             false,
		"cron(0 2 * * ?)":               false,
		"0 2 * * *":                     false,
		"at(2026-11-26T02:00:00)":       false,
		"rate(5 minutes) or so":         false,
		"cron(0 2 * * ? *)\ncron(0 2)":  false,
	} {
		environment := valid()
		environment.Pipelines[0].Schedule.Expression = expression
		if err := environment.Validate(file); (err == nil) != allowed {
			t.Errorf("%s: got %v, want it allowed: %v", expression, err, allowed)
		}
	}
}

func TestWhatIsWrongInAScheduleIsRefused(t *testing.T) {
	nightly := func(change func(*config.Schedule)) func(*config.Pipeline) {
		return func(p *config.Pipeline) {
			p.Schedule = config.Schedule{Expression: "cron(0 2 * * ? *)"}
			change(&p.Schedule)
		}
	}
	for name, change := range map[string]func(*config.Pipeline){
		"Schedule.Expression: an interval":        nightly(func(s *config.Schedule) { s.Expression = "24h" }),
		"Schedule.TimeZone: unknown":              nightly(func(s *config.Schedule) { s.TimeZone = "Europe/Kiruna" }),
		"Schedule.TimeZone: of this machine":      nightly(func(s *config.Schedule) { s.TimeZone = "Local" }),
		"Schedule.TimeZone: without a schedule":   func(p *config.Pipeline) { p.Schedule.TimeZone = "UTC" },
		"Schedule.Input: without a schedule":      func(p *config.Pipeline) { p.Schedule.Input = "{}" },
		"Schedule.Input: no JSON":                 nightly(func(s *config.Schedule) { s.Input = "{" }),
		"Schedule.Input: an unknown field":        nightly(func(s *config.Schedule) { s.Input = `{"prefixes": []}` }),
		"Schedule.Input: with the input's prefix": nightly(func(s *config.Schedule) { s.Input = `{"prefix": "input/a/"}` }),
		"Schedule.Input: an unknown parameter":    nightly(func(s *config.Schedule) { s.Input = `{"parameters": {"x": "1"}}` }),
		"Schedule.Input: of one run": nightly(func(s *config.Schedule) {
			s.Input = `{"manifest": "s3:///runs/a/failed.jsonl"}`
		}),
		"Schedule.Input: of what only a list says": func(p *config.Pipeline) {
			p.Command, p.Schedule.Expression = []string{"cut", "-f", "{column.fields}"}, "cron(0 2 * * ? *)"
		},
	} {
		t.Run(name, func(t *testing.T) {
			environment := valid()
			change(&environment.Pipelines[0])
			wantErrorAbout(t, environment, ": Pipelines[0].", name)
		})
	}
}

func TestWhatIsWrongInArrivalsIsRefused(t *testing.T) {
	every := func(d time.Duration) func(*config.Pipeline) { return func(p *config.Pipeline) { p.Arrivals.Every = d } }
	for name, change := range map[string]func(*config.Pipeline){
		"Arrivals.Every: too short":        every(30 * time.Second),
		"Arrivals.Every: too long":         every(25 * time.Hour),
		"Arrivals.Every: no whole minutes": every(90 * time.Second),
		"Arrivals.Every: below nothing":    every(-time.Minute),
		"Arrivals.Every: of what only a list says": func(p *config.Pipeline) {
			p.Command, p.Arrivals.Every = []string{"cut", "-f", "{column.fields}"}, time.Hour
		},
		"Arrivals.Every: another's account": func(p *config.Pipeline) {
			p.Arrivals.Every, p.Input.Bucket, p.Input.Account = time.Hour, "photos", "444455556666"
		},
	} {
		t.Run(name, func(t *testing.T) {
			environment := valid()
			change(&environment.Pipelines[0])
			wantErrorAbout(t, environment, ": Pipelines[0].", name)
		})
	}
}

func TestWhenToLookForArrivals(t *testing.T) {
	for every, want := range map[time.Duration]string{
		time.Minute: "rate(1 minute)", 5 * time.Minute: "rate(5 minutes)", 24 * time.Hour: "rate(1440 minutes)",
	} {
		if got := (config.Arrivals{Every: every}).Expression(); got != want {
			t.Errorf("every %s is %s, want %s", every, got, want)
		}
	}
}

func TestAScheduledStartLeavesARunAloneUnlessItsInputSaysOtherwise(t *testing.T) {
	for input, want := range map[string]string{
		`{}`:                        `{"unless_running":true}`,
		`null`:                      `{"unless_running":true}`,
		`{"prefix": "a/"}`:          `{"prefix":"a/","unless_running":true}`,
		`{"overlap": true}`:         `{"overlap":true}`,
		`{"unless_running": false}`: `{"unless_running":false}`,
	} {
		if got := (config.Schedule{Input: input}).StartInput(); got != want {
			t.Errorf("%s becomes %s, want %s", input, got, want)
		}
	}
}
