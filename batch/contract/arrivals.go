package contract

import (
	"encoding/json"
	"strings"
)

// What the names of runs begin with that a pipeline starts by itself: by the clock, and for what
// has arrived.
const (
	ScheduledRun = "scheduled-"
	ArrivalsRun  = "arrivals-"
)

// StartsByItself reports whether a run of the name was not started by a person.
func StartsByItself(run string) bool {
	return strings.HasPrefix(run, ScheduledRun) || strings.HasPrefix(run, ArrivalsRun)
}

// parseArrivals accepts the wish for what has arrived, if the pipeline has a queue that tells.
func parseArrivals(value json.RawMessage, settings PlanSettings) error {
	refused := func(want string) error {
		return &InvalidInput{Field: string(SourceArrivals), Value: raw(value), Want: want}
	}
	if settings.Arrivals == "" {
		return refused("none, because the pipeline is not told of arrivals: set Arrivals.Every")
	}
	if yes, err := parseBool(string(SourceArrivals), value); err != nil || !yes {
		return refused("true, or none")
	}
	return nil
}
