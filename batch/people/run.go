package people

import (
	"fmt"
	"strings"
	"time"

	"batchjobwithlambda/batch/contract"
)

// Fact is something to know of a run: what it is called, and what it is.
type Fact struct{ Name, Text string }

// Performance says how fast the run was, and how well the jobs' number and size fitted, as far
// as the jobs have said so.
func Performance(report contract.Report) []Fact {
	jobs := Number(int64(report.Shards))
	if took := report.ShardSeconds; took.Max > 0 {
		jobs += fmt.Sprintf(", each %s (median), the longest %s", seconds(took.Median), seconds(took.Max))
	}
	facts := []Fact{{"Jobs", jobs}}
	if expected := report.Forecast; expected.ShardSeconds > 0 {
		facts = append(facts, planned(expected))
	}
	if report.ObjectsPerSecond > 0 {
		facts = append(facts, Fact{"Throughput", fmt.Sprintf("%.1f objects/s, %s/s, in each second of a job",
			report.ObjectsPerSecond, Size(int64(report.BytesPerSecond)))})
	}
	if report.CommandBytes.Max > 0 {
		memory := describeSpread(report.CommandBytes, func(n float64) string { return Size(int64(n)) })
		if report.MemoryMiB > 0 {
			memory += fmt.Sprintf("; a job has %s", Size(int64(report.MemoryMiB)<<20))
		}
		facts = append(facts,
			Fact{"Time of an object", describeSpread(report.CommandSeconds, seconds)},
			Fact{"Memory of an object", memory},
		)
	}
	if large := report.Large; large != nil {
		facts = append(facts, Fact{"Larger jobs", fmt.Sprintf(
			"%s, each of %s, took %s for which the first had too little memory: %s failed",
			Number(int64(large.Shards)), Size(int64(large.MemoryMiB)<<20), Count(large.Objects, "object"),
			Number(large.Failed))})
	}
	return facts
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
	return Duration(d)
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
	contract.FailedS3:         "S3 failed",
	contract.FailedArchived:   "archived",
	contract.FailedGone:       "gone",
	contract.FailedChanged:    "changed",
	contract.FailedTooLarge:   "too large",
	contract.FailedDied:       "the job died of it",
	contract.FailedNotReached: "not reached",
}

// MostFailures is how many kinds of failures are worth naming: more are no help.
const MostFailures = 6

// Failures says how many objects failed in which way, such as "12 exit code 1, 3 took too long".
func Failures(failures []contract.FailureCount) string {
	var parts []string
	for i, failed := range failures {
		if i == MostFailures {
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
		parts = append(parts, Number(failed.Objects)+" "+text)
	}
	return strings.Join(parts, ", ")
}
