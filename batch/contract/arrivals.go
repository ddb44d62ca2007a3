package contract

import "encoding/json"

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
