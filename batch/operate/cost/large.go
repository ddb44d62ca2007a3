package cost

import "time"

// Large is what larger jobs used, which took what ran out of memory in a run.
type Large struct {
	Size
	// Jobs is how many there were, and Time how long they worked, together.
	Jobs int
	Time time.Duration
}

// largeItems are what the larger jobs cost; none if there were none.
func largeItems(all []Large) []Item {
	var hours, dollars float64
	for _, large := range all {
		billed := max(large.Time, time.Duration(large.Jobs)*leastBilled).Hours()
		hours += billed
		dollars += billed * large.Hour()
	}
	if hours == 0 {
		return nil
	}
	return []Item{{"larger jobs", hours, "hours", dollars}}
}
