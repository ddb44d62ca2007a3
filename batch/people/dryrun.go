package people

import (
	"fmt"

	"batchjobwithlambda/batch/contract"
)

// DryRun says what a run would do that only planned.
func DryRun(report contract.Report) []Fact {
	would := report.DryRun
	objects := Number(would.Objects) + ", with any that are done already"
	if made := report.Origin.Made; made > 0 {
		objects = fmt.Sprintf("%s, without %s that earlier runs have done", Number(would.Objects), Number(made))
	}
	facts := []Fact{
		{"Objects", objects},
		{"Bytes", Size(would.Bytes)},
		{"Jobs", Number(int64(would.Shards))},
	}
	if would.TooLarge > 0 {
		facts = append(facts, Fact{"Too large", fmt.Sprintf("%s larger than a job's disk, which would fail, such as %s",
			Count(would.TooLarge, "object"), Keys(would.FirstTooLarge))})
	}
	if would.Shards == 0 {
		return facts
	}
	return append(facts,
		planned(report.Forecast),
		Fact{"Time of all jobs", Duration(report.Forecast.Time(would.Shards))},
	)
}

// planned says how long a job is expected to take, and how that is known.
func planned(expected contract.Forecast) Fact {
	by := "a guess, as no run has measured the command yet"
	if expected.Run != "" {
		by = "what run " + expected.Run + " measured"
	}
	return Fact{"Planned", seconds(expected.ShardSeconds) + " for a job, by " + by}
}
