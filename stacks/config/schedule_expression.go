package config

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// "Schedule types in EventBridge Scheduler", Amazon EventBridge Scheduler User Guide.
var (
	ratePattern = regexp.MustCompile(`^rate\((1 (minute|hour|day)|([2-9]|[1-9]\d{1,4}) (minutes|hours|days))\)$`)
	cronPattern = regexp.MustCompile(`^cron\(([^()]*)\)$`)
	// A part of a cron's field: a value or all, to another, each so many.
	cronPart = regexp.MustCompile(`^(\*|\w+)(?:-(\w+))?(?:/(\d+))?$`)
	// The last day of a month, or the weekday that is nearest to one.
	specialDay = regexp.MustCompile(`^(L|LW|([1-9]|[12]\d|3[01])W)$`)
	// The last such day of a month, or one of its first five.
	specialWeekday = regexp.MustCompile(`^([1-7]L|[1-7]#[1-5]|(SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$`)

	months   = []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
	weekdays = []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
)

// cronField is one of the six fields of a cron expression.
type cronField struct {
	least, most int
	// names stand for the values, the first for the least.
	names []string
	// special are further values; nil if there are none.
	special *regexp.Regexp
}

var cronFields = []cronField{
	{least: 0, most: 59},
	{least: 0, most: 23},
	{least: 1, most: 31, special: specialDay},
	{least: 1, most: 12, names: months},
	{least: 1, most: 7, names: weekdays, special: specialWeekday},
	{least: 1970, most: 2199},
}

// The fields of the two kinds of days.
const (
	dayOfMonth = 2
	dayOfWeek  = 4
)

func isRate(expression string) bool { return ratePattern.MatchString(expression) }

func isCron(expression string) bool {
	found := cronPattern.FindStringSubmatch(expression)
	if found == nil {
		return false
	}
	fields := strings.Fields(found[1])
	// Whoever says one kind of day has to leave the other open.
	if len(fields) != len(cronFields) || (fields[dayOfMonth] == "?") == (fields[dayOfWeek] == "?") {
		return false
	}
	for i, field := range cronFields {
		open := fields[i] == "?" && (i == dayOfMonth || i == dayOfWeek)
		if !open && !field.holds(fields[i]) {
			return false
		}
	}
	return true
}

// holds reports whether the text is a list of values of the field.
func (f cronField) holds(text string) bool {
	if f.special != nil && f.special.MatchString(text) {
		return true
	}
	return !slices.ContainsFunc(strings.Split(text, ","), func(part string) bool { return !f.holdsPart(part) })
}

func (f cronField) holdsPart(part string) bool {
	found := cronPart.FindStringSubmatch(part)
	if found == nil {
		return false
	}
	from, to, step := found[1], found[2], found[3]
	if step != "" {
		if number, err := strconv.Atoi(step); err != nil || number < 1 || number > f.most {
			return false
		}
	}
	if from == "*" {
		return to == ""
	}
	return f.isValue(from) && (to == "" || f.isValue(to))
}

func (f cronField) isValue(text string) bool {
	number, err := strconv.Atoi(text)
	return err == nil && number >= f.least && number <= f.most || slices.Contains(f.names, text)
}
