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
			name: "jobs of ten minutes",
			run:  run{objects: 1 << 20, size: 0},
			rate: 12.8,
			want: bill{jobs: 137, seconds: 607.956, minutes: 10.1326, dollars: 0.91388, requests: 5.6623},
		},
		{
			name: "a job that is too short to be billed by the second",
			run:  run{objects: 100, size: 0},
			rate: 10,
			want: bill{jobs: 1, seconds: 60, minutes: 1, dollars: 0.000658, requests: 0.00054},
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
			rate: 0.01,
			want: bill{jobs: 10_000, seconds: 1010, minutes: 673.333, dollars: 110.82, requests: 0.54},
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
