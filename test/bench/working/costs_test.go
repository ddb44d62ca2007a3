package main

import (
	"math"
	"testing"
)

func TestABillIsOfJobsTimesWhatEachIsBilled(t *testing.T) {
	for _, test := range []struct {
		name string
		run  run
		rate float64
		want bill
	}{
		{
			// Of 1,024 objects each, which take 80 s.
			name: "jobs that are busy",
			run:  run{objects: 1 << 20, size: 0},
			rate: 12.8,
			want: bill{jobs: 1024, seconds: 90, minutes: 6, dollars: 1.0112, requests: 5.6623},
		},
		{
			name: "jobs that are too short to be billed by the second",
			run:  run{objects: 1 << 20, size: 0},
			rate: 1024,
			want: bill{jobs: 1024, seconds: 60, minutes: 4, dollars: 0.6741, requests: 5.6623},
		},
		{
			name: "one job, with an object",
			run:  run{objects: 1, size: 1},
			rate: 0.01,
			want: bill{jobs: 1, seconds: 110, minutes: 110. / 60, dollars: 0.001207, requests: 0},
		},
		{
			name: "no more jobs than an array has children",
			run:  run{objects: 100_000, size: 1 << 30},
			rate: 0.1,
			want: bill{jobs: 10_000, seconds: 110, minutes: 73.333, dollars: 12.069, requests: 0.54},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := test.run.bill(test.rate)
			for _, figure := range []struct {
				name      string
				got, want float64
			}{
				{"jobs", float64(got.jobs), float64(test.want.jobs)},
				{"seconds", got.seconds, test.want.seconds},
				{"minutes", got.minutes, test.want.minutes},
				{"dollars", got.dollars, test.want.dollars},
				{"requests", got.requests, test.want.requests},
			} {
				if math.Abs(figure.got-figure.want) > 1e-3*max(1, figure.want) {
					t.Errorf("%s: got %g, want %g", figure.name, figure.got, figure.want)
				}
			}
		})
	}
}
