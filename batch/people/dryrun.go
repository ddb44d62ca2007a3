package people

import "batchjobwithlambda/batch/contract"

// DryRun says what a run would do that only planned.
func DryRun(report contract.Report) []Fact {
	would := report.DryRun
	facts := []Fact{
		{"Objects", Number(would.Objects) + ", with those that are done already"},
		{"Bytes", Size(would.Bytes)},
		{"Jobs", Number(int64(would.Shards))},
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
