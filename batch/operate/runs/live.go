package runs

import (
	"time"

	"batchjobwithlambda/batch/contract"
)

// Live is what a run has done so far, by what its jobs have left.
type Live struct {
	Done, Skipped, Failed int64
	// Bytes is how much of the objects that are done was read.
	Bytes int64
	// Estimated says that only some of the jobs were looked at, and the numbers stand for all.
	Estimated bool
	// Newest are the last few failures that were seen, the newest last, and Seen is how many
	// there were before them and with them.
	Newest []contract.Result
	Seen   int
	// BytesPerSecond is how fast the run has been of late; 0 if that is not known yet.
	BytesPerSecond float64
}

// Objects is of how many objects it is known what became of them.
func (l Live) Objects() int64 { return l.Done + l.Skipped + l.Failed }

// paceWindow is how far back the pace of a run looks: segments come every half minute.
const paceWindow = 2 * time.Minute

// Pace measures how fast a number grows. The zero value is ready to use.
type Pace struct{ points []point }

type point struct {
	at time.Time
	n  int64
}

// Add takes note of the number, and returns how much it has grown in a second of late; 0 if that
// is not known yet.
func (p *Pace) Add(at time.Time, n int64) float64 {
	p.points = append(p.points, point{at, n})
	for len(p.points) > 2 && at.Sub(p.points[1].at) >= paceWindow {
		p.points = p.points[1:]
	}
	first := p.points[0]
	if took := at.Sub(first.at).Seconds(); took > 0 && n > first.n {
		return float64(n-first.n) / took
	}
	return 0
}
