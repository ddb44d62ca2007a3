package runs

import (
	"encoding/json"
	"time"
)

// AllShards is the Shard of a query about all of them.
const AllShards = -1

// LogQuery says which lines of a run's logs are wanted.
type LogQuery struct {
	// Shard is the number of the job, counted from 0, or [AllShards].
	Shard int
	// Key, if it is not empty, is the object that the lines are about.
	Key string
	// Follow goes on with new lines until the run has ended.
	Follow bool
}

// Line is a line of a job's log.
type Line struct {
	// Shard is the number of the job, counted from 0.
	Shard int
	Time  time.Time
	// Text is the line as the job wrote it: JSON, unless something else than the worker wrote it.
	Text string
}

// Matches reports whether the query asks for the line.
func (q LogQuery) Matches(line Line) bool {
	if q.Shard != AllShards && q.Shard != line.Shard {
		return false
	}
	if q.Key == "" {
		return true
	}
	var about struct {
		Key string `json:"key"`
	}
	return json.Unmarshal([]byte(line.Text), &about) == nil && about.Key == q.Key
}
