package contract

import (
	"encoding/json"
	"fmt"
	"time"
)

// gib is a GiB, in bytes.
const gib = 1 << 30

// Estimate is how long a job is taken to work on an object.
type Estimate struct {
	// Run is the run in which it was measured; empty if it is a guess.
	Run string `json:"run,omitempty"`
	// ObjectSeconds is how long each object takes, whatever its size, and GiBSeconds how long each
	// GiB of it besides.
	ObjectSeconds float64 `json:"object_seconds"`
	GiBSeconds    float64 `json:"gib_seconds"`
}

// Guess is the estimate of a command that was not measured yet: of four objects, or 4 MiB, a second.
// Most commands are faster. But a job with a few objects costs a minute of Fargate, and one that has
// so many that it does not end in time costs its run the rest of them.
func Guess() Estimate { return Estimate{ObjectSeconds: 0.25, GiBSeconds: 256} }

// Bounds of an estimate: three requests to S3 take some CPU, no network is faster than 5 GiB a second,
// and no job works on an object for longer than AWS Batch lets it, which is two weeks.
const (
	minObjectSeconds = 0.0005
	minGiBSeconds    = 0.2
	maxSeconds       = 14 * 24 * 3600
)

// Within returns the estimate within what is possible.
func (e Estimate) Within() Estimate {
	e.ObjectSeconds = min(max(e.ObjectSeconds, minObjectSeconds), maxSeconds)
	e.GiBSeconds = min(max(e.GiBSeconds, minGiBSeconds), maxSeconds)
	return e
}

// Seconds is how long an object of the size takes, in bytes.
func (e Estimate) Seconds(size int64) float64 {
	return e.ObjectSeconds + e.GiBSeconds*float64(size)/gib
}

// Measured is what a run has measured of its command: measured.json, of the last run that could.
type Measured struct {
	// Command is the run's, as [Command.String] writes it.
	Command string `json:"command"`
	Estimate
}

// MeasuredAddress is where the pipeline keeps what was measured whose runs are at the location.
func MeasuredAddress(runs Location) Address { return runs.Address("measured.json") }

// ParseMeasured reads what a run has measured. It returns an error when it is not what a run writes.
func ParseMeasured(text []byte) (Measured, error) {
	var m Measured
	if err := json.Unmarshal(text, &m); err != nil {
		return Measured{}, fmt.Errorf("measured: %w", err)
	}
	if m.Command == "" || !runID.MatchString(m.Run) || m.Estimate != m.Within() {
		return Measured{}, fmt.Errorf("measured: got %.200q, want a command, a run and possible times", text)
	}
	return m, nil
}

// Forecast is what a planner expects of the jobs.
type Forecast struct {
	Estimate
	// ShardSeconds is how long a job is expected to work, on average.
	ShardSeconds float64 `json:"shard_seconds"`
}

// Time is how long so many jobs are expected to work, together.
func (f Forecast) Time(shards int) time.Duration {
	return time.Duration(f.ShardSeconds * float64(shards) * float64(time.Second))
}
