package figures

import (
	"fmt"
	"io"
	"math"
	"slices"
)

// Series is one figure as it was measured several times in a row. It is never empty.
type Series []float64

// Median is the value in the middle.
func (s Series) Median() float64 {
	sorted := slices.Sorted(slices.Values(s))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// Noise is the median distance from the median: what the next run may differ by. It is
// 0 for a figure that was measured once.
func (s Series) Noise() float64 {
	median := s.Median()
	distances := make(Series, len(s))
	for i, value := range s {
		distances[i] = math.Abs(value - median)
	}
	return distances.Median()
}

// Sheet writes one line for each figure, and keeps it for a table of docs/performance.md.
type Sheet struct {
	out    io.Writer
	table  string
	rows   []row
	broken []string
	others []*Sheet
}

// NewSheet returns a sheet that writes to out, and whose figures are those of the table.
func NewSheet(out io.Writer, table string) *Sheet { return &Sheet{out: out, table: table} }

// Table returns a sheet for another table of the same benchmark.
func (s *Sheet) Table(name string) *Sheet {
	other := NewSheet(s.out, name)
	s.others = append(s.others, other)
	return other
}

// AtMost writes a figure that must not be above the bound. The unit may be empty for a
// ratio; beside says what stands beside it, such as a peer's figure.
func (s *Sheet) AtMost(name string, got Series, bound float64, unit, beside string) {
	s.bounded(name, got, fmt.Sprintf("at most %g", bound), unit, beside, got.Median()-got.Noise() > bound)
}

// AtLeast writes a figure that must not be below the bound.
func (s *Sheet) AtLeast(name string, got Series, bound float64, unit, beside string) {
	s.bounded(name, got, fmt.Sprintf("at least %g", bound), unit, beside, got.Median()+got.Noise() < bound)
}

// Unbound writes a figure that explains another.
func (s *Sheet) Unbound(name string, got Series, unit, beside string) {
	fmt.Fprintf(s.out, "bench: %s: %s; %s\n", name, measured(got, unit), beside)
	s.rows = append(s.rows, row{name: name, measured: measured(got, unit), beside: beside})
}

func (s *Sheet) bounded(name string, got Series, bound, unit, beside string, broken bool) {
	verdict := "ok"
	if broken {
		verdict = "BROKEN"
		s.broken = append(s.broken, name)
	}
	fmt.Fprintf(s.out, "bench: %s: %s (%s): %s; %s\n", name, measured(got, unit), bound, verdict, beside)
	s.rows = append(s.rows, row{name: name, measured: measured(got, unit), bound: bound, broken: broken, beside: beside})
}

func measured(got Series, unit string) string {
	if unit != "" {
		unit = " " + unit
	}
	if len(got) == 1 {
		return fmt.Sprintf("%.3g%s", got.Median(), unit)
	}
	return fmt.Sprintf("%.3g%s ± %.2g", got.Median(), unit, got.Noise())
}

// Err returns an error that names the bounds that are broken, or nil.
func (s *Sheet) Err() error {
	broken := s.broken
	for _, other := range s.others {
		broken = append(broken, other.broken...)
	}
	if len(broken) == 0 {
		return nil
	}
	return fmt.Errorf("%d bounds are broken: %q", len(broken), broken)
}
