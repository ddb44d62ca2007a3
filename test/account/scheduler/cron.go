package scheduler

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// clock says when a schedule comes next after a time.
type clock func(after time.Time) time.Time

// horizon is how far ahead a cron expression is looked for.
const horizon = 5 * 366 * 24 * time.Hour

// parseExpression reads a rate or a cron expression. A rate counts from the time that it is asked
// about: here a schedule is made when its clock starts.
func parseExpression(expression string, zone *time.Location) (clock, error) {
	kind, rest, ok := strings.Cut(strings.TrimSuffix(expression, ")"), "(")
	fields := strings.Fields(rest)
	switch {
	case ok && kind == "rate" && len(fields) == 2:
		return parseRate(fields[0], strings.TrimSuffix(fields[1], "s"))
	case ok && kind == "cron" && len(fields) == 6:
		return parseCron(fields, zone)
	}
	return nil, fmt.Errorf("expression %q is not supported: there are rate(VALUE UNIT) and cron of six fields", expression)
}

func parseRate(value, unit string) (clock, error) {
	number, err := strconv.Atoi(value)
	units := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}
	if err != nil || number < 1 || units[unit] == 0 {
		return nil, fmt.Errorf("rate of %s %s is not supported", value, unit)
	}
	return func(after time.Time) time.Time { return after.Add(time.Duration(number) * units[unit]) }, nil
}

var weekdays = []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}

// parseCron reads minutes, hours, days of the month, months, days of the week from Sunday, which
// is 1, and years.
func parseCron(fields []string, zone *time.Location) (clock, error) {
	for number, name := range weekdays {
		fields[4] = strings.ReplaceAll(fields[4], name, strconv.Itoa(number+1))
	}
	for month := time.January; month <= time.December; month++ {
		fields[3] = strings.ReplaceAll(fields[3], strings.ToUpper(month.String()[:3]), strconv.Itoa(int(month)))
	}
	var sets [6][]int
	for i, most := range []int{59, 23, 31, 12, 7, 2199} {
		var err error
		if sets[i], err = parseField(fields[i], most); err != nil {
			return nil, err
		}
	}
	matches := func(t time.Time) bool {
		for i, value := range []int{t.Minute(), t.Hour(), t.Day(), int(t.Month()), int(t.Weekday()) + 1, t.Year()} {
			if !slices.Contains(sets[i], value) {
				return false
			}
		}
		return true
	}
	return func(after time.Time) time.Time {
		t := after.In(zone).Truncate(time.Minute).Add(time.Minute)
		for ; t.Sub(after) < horizon && !matches(t); t = t.Add(time.Minute) {
		}
		return t
	}, nil
}

// parseField returns the values of a field.
func parseField(text string, most int) ([]int, error) {
	var values []int
	for part := range strings.SplitSeq(text, ",") {
		span, stepText, stepped := strings.Cut(part, "/")
		step := 1
		var err error
		if stepped {
			step, err = strconv.Atoi(stepText)
		}
		from, to := 0, most
		if span != "*" && span != "?" {
			first, last, isRange := strings.Cut(span, "-")
			var errFrom, errTo error
			from, errFrom = strconv.Atoi(first)
			switch {
			case isRange:
				to, errTo = strconv.Atoi(last)
			case !stepped:
				to = from
			}
			if errFrom != nil || errTo != nil {
				err = fmt.Errorf("%q", span)
			}
		}
		if err != nil || step < 1 {
			return nil, fmt.Errorf("cron field %q is not supported: there are *, ?, values, ranges and steps", text)
		}
		for value := from; value <= to; value += step {
			values = append(values, value)
		}
	}
	return values, nil
}
