package config

import (
	"fmt"
	"slices"
	"time"
)

// Arrivals starts runs of the objects that arrive, a few large ones.
type Arrivals struct {
	// Every is how often a run starts if objects have arrived, whole minutes, 1 minute to 24 hours; default: never.
	Every time.Duration
}

// ArrivalsInput is the input of the executions that start because objects have arrived.
const ArrivalsInput = `{"arrivals":true,"unless_running":true}`

// Expression is when to look whether objects have arrived, as EventBridge Scheduler writes it.
func (a Arrivals) Expression() string {
	if a.Every == time.Minute {
		return "rate(1 minute)"
	}
	return fmt.Sprintf("rate(%d minutes)", a.Every/time.Minute)
}

// HasArrivals reports whether some pipeline is told of arrivals.
func (e Environment) HasArrivals() bool {
	return slices.ContainsFunc(e.Pipelines, func(p Pipeline) bool { return p.Arrivals.Every > 0 })
}

// checkStarts checks whatever starts runs by itself.
func (v *validator) checkStarts(p Pipeline) {
	v.checkSchedule(p)
	v.checkArrivals(p)
}

func (v *validator) checkArrivals(p Pipeline) {
	every := p.Arrivals.Every
	v.check(every == 0 || every >= time.Minute && every <= 24*time.Hour && every%time.Minute == 0, "Arrivals.Every", every,
		"1m0s to 24h0m0s in whole minutes, or 0s for never")
	v.check(every == 0 || !p.usesLists(), "Arrivals.Every", every,
		"0s, because Command uses what only a list says of an object")
	v.check(every == 0 || p.Input.Account == "", "Arrivals.Every", every,
		"0s, because the events of a bucket of another account stay in that account")
}
