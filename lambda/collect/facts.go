package main

import (
	"fmt"
	"strings"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/people"
)

// addPerformance says how fast the run was, and how well the jobs' number and size fitted, as
// far as the jobs have said so.
func (m *message) addPerformance(report contract.Report) {
	jobs := people.Number(int64(report.Shards))
	if took := report.ShardSeconds; took.Max > 0 {
		jobs += fmt.Sprintf(", each %s (median), the longest %s", seconds(took.Median), seconds(took.Max))
	}
	m.line("Jobs: %s", jobs)
	if expected := report.Forecast; expected.ShardSeconds > 0 {
		by := "a guess, as no run has measured the command yet"
		if expected.Run != "" {
			by = "what run " + expected.Run + " measured"
		}
		m.line("Planned: %s for a job, by %s", seconds(expected.ShardSeconds), by)
	}
	if report.ObjectsPerSecond > 0 {
		m.line("Throughput: %.1f objects/s, %s/s, in each second of a job",
			report.ObjectsPerSecond, people.Size(int64(report.BytesPerSecond)))
	}
	if report.CommandBytes.Max > 0 {
		m.line("Time of an object: %s", describeSpread(report.CommandSeconds, seconds))
		memory := describeSpread(report.CommandBytes, func(n float64) string { return people.Size(int64(n)) })
		if report.MemoryMiB > 0 {
			memory += fmt.Sprintf("; a job has %s", people.Size(int64(report.MemoryMiB)<<20))
		}
		m.line("Memory of an object: %s", memory)
	}
}

func describeSpread(s contract.Spread, text func(float64) string) string {
	return fmt.Sprintf("%s (median), %s (99 %%), %s (most)", text(s.Median), text(s.P99), text(s.Max))
}

// seconds is a time, in milliseconds if it is short.
func seconds(n float64) string {
	d := time.Duration(n * float64(time.Second))
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return people.Duration(d)
}

// kindTexts are the kinds of failures for people. That of an exit code has the code besides.
var kindTexts = map[contract.FailureKind]string{
	contract.FailedExit:       "exit code",
	contract.FailedSignal:     "killed by a signal",
	contract.FailedMemory:     "out of memory",
	contract.FailedTimeout:    "took too long",
	contract.FailedOutput:     "no usable output",
	contract.FailedSpace:      "no room on the disk",
	contract.FailedRefused:    "refused by S3",
	contract.FailedArchived:   "archived",
	contract.FailedGone:       "gone",
	contract.FailedChanged:    "changed",
	contract.FailedTooLarge:   "too large",
	contract.FailedDied:       "the job died of it",
	contract.FailedNotReached: "not reached",
}

// mostKinds is how many kinds of failures a message names: more are no help.
const mostKinds = 6

// describeFailures says how many objects failed in which way, such as "12 exit code 1, 3 took
// too long".
func describeFailures(failures []contract.FailureCount) string {
	var parts []string
	for i, failed := range failures {
		if i == mostKinds {
			parts = append(parts, "…")
			break
		}
		text, known := kindTexts[failed.Kind]
		if !known {
			text = "other"
		}
		if failed.ExitCode != 0 {
			text += fmt.Sprintf(" %d", failed.ExitCode)
		}
		parts = append(parts, people.Number(failed.Objects)+" "+text)
	}
	return strings.Join(parts, ", ")
}
