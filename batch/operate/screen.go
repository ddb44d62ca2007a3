package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"batchjobwithlambda/batch/operate/runs"
	"batchjobwithlambda/batch/people"
)

// screen shows how far a run is: on a terminal one line that changes, elsewhere a line when the
// state changes, and one now and then.
type screen struct {
	out   io.Writer
	clock runs.Clock
	// width is the terminal's, in characters; 0 if it is none.
	width int
	// state was shown at the time told.
	state string
	told  time.Time
}

func newScreen(out io.Writer, clock runs.Clock) *screen {
	s := &screen{out: out, clock: clock}
	if file, ok := out.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil {
			s.width = width
		}
	}
	return s
}

func (s *screen) show(p runs.Progress) {
	now := s.clock.Now()
	if s.width > 0 {
		line := []rune(bar(p, 20) + " " + progressLine(p, now))
		// One column stays free: a terminal may begin a new line behind the last.
		fmt.Fprintf(s.out, "\r\x1b[K%s", string(line[:min(len(line), s.width-1)]))
		return
	}
	if p.State == s.state && now.Sub(s.told) < tellPause {
		return
	}
	s.state, s.told = p.State, now
	fmt.Fprintf(s.out, "%s %s\n", now.UTC().Format(time.DateTime), progressLine(p, now))
}

// close leaves the line of a terminal.
func (s *screen) close() {
	if s.width > 0 {
		fmt.Fprint(s.out, "\r\x1b[K")
	}
}

// bar is how much of the jobs has ended, in so many characters.
func bar(p runs.Progress, width int) string {
	total, ended := p.Total()
	full := 0
	if total > 0 {
		full = width * ended / total
	}
	return "[" + strings.Repeat("#", full) + strings.Repeat(".", width-full) + "]"
}

// progressLine says how far the run is.
func progressLine(p runs.Progress, now time.Time) string {
	parts := []string{p.State}
	if total, ended := p.Total(); total > 0 {
		parts = append(parts, fmt.Sprintf("%s of %s ended", people.Number(int64(ended)), people.Count(int64(total), "job")))
		for _, status := range slices.Sorted(maps.Keys(p.Jobs)) {
			if p.Jobs[status] > 0 {
				parts = append(parts, people.Number(int64(p.Jobs[status]))+" "+status)
			}
		}
	}
	if p.Objects > 0 {
		parts = append(parts, people.Count(p.Objects, "object")+" planned, "+people.Size(p.Bytes))
	}
	took := now.Sub(p.Run.Started)
	parts = append(parts, people.Duration(took))
	if left, known := timeLeft(p, took); known {
		parts = append(parts, "about "+people.Duration(left)+" to go")
	}
	return strings.Join(parts, "; ")
}

// timeLeft is how long the rest of the jobs takes at the pace of those that have ended, once
// there are enough of them to tell.
func timeLeft(p runs.Progress, took time.Duration) (time.Duration, bool) {
	const enough = 5
	total, ended := p.Total()
	if ended < enough || ended == total {
		return 0, false
	}
	return took * time.Duration(total-ended) / time.Duration(ended), true
}
