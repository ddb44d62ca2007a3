package figures

import (
	"fmt"
	"slices"
	"strings"
)

// row is one figure in a table of a document.
type row struct {
	name, measured, bound, beside string
	broken                        bool
}

func (r row) String() string {
	text := r.measured
	if r.broken {
		text = "**" + text + "**"
	}
	return fmt.Sprintf("| %s | %s | %s | %s |", escape(r.name), text, r.bound, escape(r.beside))
}

// escape keeps a text in one cell.
func escape(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(text)
}

// heading is the first two lines of every table.
const heading = "| figure | measured | bound | beside it |\n|---|---|---|---|\n"

// Update returns the Markdown document with the sheet's figures in its table, which stands
// between <!-- bench: NAME --> and <!-- /bench -->, and those of the benchmark's other tables in
// theirs. A figure takes the place of the one with its name, or the next at the end: those that
// were not measured stay as they are. A measured value that breaks its bound is bold.
func (s *Sheet) Update(document string) (string, error) {
	document, err := s.update(document)
	for _, other := range s.others {
		if err == nil {
			document, err = other.update(document)
		}
	}
	return document, err
}

func (s *Sheet) update(document string) (string, error) {
	begin, end := fmt.Sprintf("<!-- bench: %s -->\n", s.table), "<!-- /bench -->"
	before, rest, found := strings.Cut(document, begin)
	table, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return "", fmt.Errorf("the document has no table between %q and %q", strings.TrimSpace(begin), end)
	}
	lines := strings.Split(strings.TrimSpace(strings.TrimPrefix(table, heading)), "\n")
	for _, row := range s.rows {
		name := fmt.Sprintf("| %s |", escape(row.name))
		place := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, name) })
		if place < 0 {
			place = len(lines)
			lines = append(lines, "")
		}
		lines[place] = row.String()
	}
	lines = slices.DeleteFunc(lines, func(line string) bool { return line == "" })
	return before + begin + heading + strings.Join(lines, "\n") + "\n" + end + after, nil
}
