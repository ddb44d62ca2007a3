package folder

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"batchjobwithlambda/batch/operate/runs"
)

// Logs yields the lines of the jobs' logs, a job after the other; see [runs.Place]. Nothing is
// left to follow in a run that has ended.
func (p *Place) Logs(ctx context.Context, run runs.Run, query runs.LogQuery) iter.Seq2[runs.Line, error] {
	return func(yield func(runs.Line, error) bool) {
		jobs, err := p.jobs(run)
		if err != nil {
			yield(runs.Line{}, err)
			return
		}
		for _, job := range jobs {
			for line, err := range job.lines() {
				if err == nil {
					err = ctx.Err()
				}
				if err == nil && !query.Matches(line) {
					continue
				}
				if !yield(line, err) || err != nil {
					return
				}
			}
		}
	}
}

// JobTimes returns how long each job took, by its own last line; see [runs.Place].
func (p *Place) JobTimes(ctx context.Context, run runs.Run) ([]time.Duration, error) {
	var times []time.Duration
	for line, err := range p.Logs(ctx, run, runs.LogQuery{Shard: runs.AllShards}) {
		if err != nil {
			return nil, err
		}
		var end struct {
			Message string  `json:"msg"`
			Seconds float64 `json:"seconds"`
		}
		if json.Unmarshal([]byte(line.Text), &end) == nil && end.Message == "finished" {
			times = append(times, time.Duration(end.Seconds*float64(time.Second)))
		}
	}
	return times, nil
}

// job is the log of a job.
type job struct {
	shard int
	path  string
}

// jobs are the logs of the run's jobs, by their numbers.
func (p *Place) jobs(run runs.Run) ([]job, error) {
	paths, err := filepath.Glob(filepath.Join(p.logs(run.Name), "job-*.log"))
	if err != nil {
		return nil, err
	}
	var jobs []job
	for _, path := range paths {
		number := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "job-"), ".log")
		if shard, err := strconv.Atoi(number); err == nil {
			jobs = append(jobs, job{shard, path})
		}
	}
	slices.SortFunc(jobs, func(a, b job) int { return cmp.Compare(a.shard, b.shard) })
	return jobs, nil
}

func (j job) lines() iter.Seq2[runs.Line, error] {
	return func(yield func(runs.Line, error) bool) {
		file, err := os.Open(j.path)
		if err != nil {
			yield(runs.Line{}, err)
			return
		}
		defer file.Close()
		for reader := bufio.NewReader(file); ; {
			text, err := reader.ReadBytes('\n')
			if err == io.EOF && len(text) == 0 {
				return
			}
			if err != nil && err != io.EOF {
				yield(runs.Line{}, err)
				return
			}
			if !yield(j.line(bytes.TrimSuffix(text, []byte("\n"))), nil) {
				return
			}
		}
	}
}

func (j job) line(text []byte) runs.Line {
	var written struct {
		Time time.Time `json:"time"`
	}
	_ = json.Unmarshal(text, &written) // A line of something else has no time.
	return runs.Line{Shard: j.shard, Time: written.Time, Text: string(text)}
}
