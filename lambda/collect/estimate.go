package main

import (
	"context"
	"encoding/json"
	"log"
	"time"

	"batchjobwithlambda/batch/contract"
)

const (
	// leastWork is how long the jobs of a run must have worked for it to say how long they take: of
	// less, more is the start of the worker than its work.
	leastWork = 30 * time.Second
	// skipSeconds is what a job takes for an object that is up to date; see docs/performance.md.
	skipSeconds = 0.0005
)

// fit finds out how the time that a command takes depends on the size of the object: the straight
// line with the least squares. It takes a few sums, however many objects there are.
type fit struct{ objects, size, seconds, sizeSquared, product float64 }

// add adds an object of the size, in GiB.
func (f *fit) add(size, seconds float64) {
	f.objects++
	f.size += size
	f.seconds += seconds
	f.sizeSquared += size * size
	f.product += size * seconds
}

func (f *fit) merge(other fit) {
	f.objects += other.objects
	f.size += other.size
	f.seconds += other.seconds
	f.sizeSquared += other.sizeSquared
	f.product += other.product
}

// line is the estimate of a command that runs alone. If the objects are all of about one size, they do
// not tell what of the time is for their number, and what for their bytes: then it is as in the guess.
func (f *fit) line() contract.Estimate {
	spread := f.objects*f.sizeSquared - f.size*f.size
	if spread <= 1e-6*f.objects*f.sizeSquared || f.seconds == 0 {
		return contract.Guess()
	}
	slope := max((f.objects*f.product-f.size*f.seconds)/spread, 0)
	fixed := (f.seconds - slope*f.size) / f.objects
	if fixed < 0 {
		fixed, slope = 0, f.seconds/f.size
	}
	return contract.Estimate{ObjectSeconds: fixed, GiBSeconds: slope}
}

// estimate scales the line so that all objects together take as long as the jobs have worked on them.
// So whatever the line, a run over the same objects is expected to take as long again.
func (f *fit) estimate(work float64) contract.Estimate {
	e := f.line()
	scale := work / (e.ObjectSeconds*f.objects + e.GiBSeconds*f.size)
	e.ObjectSeconds *= scale
	e.GiBSeconds *= scale
	return e.Within()
}

// estimate is how long a job takes for an object, if the run has done enough to say so: not if most of
// its objects were skipped.
func (m *measures) estimate(run string, skipped int64) (contract.Estimate, bool) {
	work := m.work.Seconds() - skipSeconds*float64(skipped)
	if work < leastWork.Seconds() || m.fit.objects < float64(skipped) || m.fit.objects == 0 {
		return contract.Estimate{}, false
	}
	estimate := m.fit.estimate(work)
	estimate.Run = run
	return estimate, true
}

// keepMeasured keeps what the run has measured for the next one. An error is only logged: without it,
// the next run is cut by an older measurement, or by a guess.
func (c collector) keepMeasured(ctx context.Context, report contract.Report, measured measures) {
	estimate, ok := measured.estimate(report.Run, report.Skipped)
	if !ok {
		return
	}
	text, err := json.Marshal(contract.Measured{
		Command:  contract.Command(report.Command).String(),
		Estimate: estimate,
	})
	if err == nil {
		err = c.s3.Put(ctx, contract.MeasuredAddress(c.settings.Runs), append(text, '\n'))
	}
	if err != nil {
		log.Printf("keep what the run has measured: %v", err)
	}
}
