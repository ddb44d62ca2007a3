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
	// failures is how many failures were shown.
	failures int
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
	for _, line := range s.newFailures(p.Live) {
		s.close()
		fmt.Fprintln(s.out, line)
	}
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

// newFailures are lines for the failures that were not shown yet.
func (s *screen) newFailures(live *runs.Live) []string {
	if live == nil || live.Seen == s.failures {
		return nil
	}
	more := live.Seen - s.failures
	s.failures = live.Seen
	var lines []string
	for _, failed := range live.Newest[max(0, len(live.Newest)-more):] {
		lines = append(lines, fmt.Sprintf("failed: %s: %s",
			people.OneLine(failed.Key, mostReason), people.OneLine(failed.Reason, mostReason)))
	}
	if rest := more - len(lines); rest > 0 {
		lines = append(lines, fmt.Sprintf("and %s more", people.Count(int64(rest), "failure")))
	}
	return lines
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
	switch {
	case p.Live != nil && p.Live.Objects() > 0:
		parts = append(parts, liveLine(*p.Live, p.Objects))
	case p.Objects > 0:
		parts = append(parts, people.Count(p.Objects, "object")+" planned, "+people.Size(p.Bytes))
	}
	took := now.Sub(p.Run.Started)
	parts = append(parts, people.Duration(took))
	if left, known := timeLeft(p, took); known {
		parts = append(parts, "about "+people.Duration(left)+" to go")
	}
	return strings.Join(parts, "; ")
}

// liveLine says what was done of so many objects.
func liveLine(live runs.Live, planned int64) string {
	about := ""
	if live.Estimated {
		about = "about "
	}
	line := fmt.Sprintf("%s%s of %s: %s done, %s skipped, %s failed; %s read", about,
		people.Number(live.Objects()), people.Count(planned, "object"),
		people.Number(live.Done), people.Number(live.Skipped), people.Number(live.Failed), people.Size(live.Bytes))
	if live.BytesPerSecond >= 1 {
		line += ", " + people.Size(int64(live.BytesPerSecond)) + "/s"
	}
	return line
}

// timeLeft is how long the rest takes at the pace so far: that of the objects, if it is known, or
// that of the jobs, once enough of them have ended to tell.
func timeLeft(p runs.Progress, took time.Duration) (time.Duration, bool) {
	const enough = 5
	if p.Live != nil && p.Live.Objects() >= enough && p.Live.Objects() < p.Objects {
		return time.Duration(float64(took) * float64(p.Objects-p.Live.Objects()) / float64(p.Live.Objects())), true
	}
	total, ended := p.Total()
	if ended < enough || ended == total {
		return 0, false
	}
	return took * time.Duration(total-ended) / time.Duration(ended), true
}
