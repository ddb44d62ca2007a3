package proof

import (
	"fmt"
	"slices"
	"strings"
)

// page is a page of Markdown.
type page struct{ lines []string }

// set gives a row of a table the values, and returns the row as it was before, and the
// headings of the values. A table is known by its first heading, a row by its first cell; a
// row that there is not yet is added at the end of the table. It returns an error if there
// is no such table, or if it has another number of columns.
func (p *page) set(table, row string, values []string) (before string, headings []string, err error) {
	start := slices.IndexFunc(p.lines, func(line string) bool { return firstCell(line) == table })
	if start < 0 {
		return "", nil, fmt.Errorf("there is no table whose first heading is %q", table)
	}
	if headings = cells(p.lines[start])[1:]; len(headings) != len(values) {
		return "", nil, fmt.Errorf("table %q: got %d values for the headings %q", table, len(values), headings)
	}
	after := line(row, values)
	i := start
	for ; i < len(p.lines) && strings.HasPrefix(p.lines[i], "|"); i++ {
		if i > start && firstCell(p.lines[i]) == row {
			before, p.lines[i] = p.lines[i], after
			return before, headings, nil
		}
	}
	p.lines = slices.Insert(p.lines, i, after)
	return "", headings, nil
}

func line(row string, values []string) string {
	return "| " + strings.Join(append([]string{row}, values...), " | ") + " |"
}

func cells(line string) []string {
	list := strings.Split(strings.Trim(line, "|"), "|")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list
}

// firstCell is the first cell of a line of a table; empty for any other line.
func firstCell(line string) string {
	if !strings.HasPrefix(line, "|") {
		return ""
	}
	return cells(line)[0]
}
