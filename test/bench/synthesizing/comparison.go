package main

import (
	"fmt"
	"time"

	"batchjobwithlambda/test/bench/figures"
)

// comparison is one way to synthesize, measured side by side.
type comparison struct {
	ours, peer       app
	validate, edited bool

	// figures are those of both, in this order.
	figures [2]series
	// compilers is how many of Go's compilers and linkers ran in each of our syntheses.
	compilers figures.Series
}

// series are the figures of one app: of all that ran, and of the app without the CLI.
type series struct{ all, app partSeries }

type partSeries struct{ seconds, cpu, mib figures.Series }

func (s *partSeries) add(p part) {
	s.seconds = append(s.seconds, p.time.Seconds())
	s.cpu = append(s.cpu, p.cpu.Seconds())
	s.mib = append(s.mib, p.peakMiB)
}

// round synthesizes both apps once, one after the other: what else the machine does then
// meets both. It returns an error if one of them does not synthesize what it should.
func (c *comparison) round() error {
	var ours template
	for i, a := range []app{c.ours, c.peer} {
		var want string
		if c.edited {
			var err error
			if want, err = a.edit(time.Now().UnixNano()); err != nil {
				return err
			}
		}
		used, got, err := a.synth(c.validate)
		if err != nil {
			return err
		}
		if c.edited && got.Description != want {
			return fmt.Errorf("%s: after an edit the template's description is %q, not %q", a.name, got.Description, want)
		}
		if i == 0 {
			ours = got
			c.compilers = append(c.compilers, float64(len(used.compilers)))
		}
		if err := sameStack(ours, got); err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
		c.figures[i].all.add(used.all)
		c.figures[i].app.add(used.app)
	}
	return nil
}

// report writes the figures of all rounds. What is bounded is our own part of what is done
// most often: the app after no edit. The CLI and AWS's validator take the same in every CDK
// app, and after an edit Go links the app, which TypeScript does not: these are figures.
func (c *comparison) report(sheet *figures.Sheet) {
	name := "synth after no edit"
	if c.edited {
		name = "synth after an edit"
	}
	if c.validate {
		name += ", validated"
	}
	ours, peers := c.figures[0], c.figures[1]
	seconds, mib := ratios(ours.app.seconds, peers.app.seconds), ratios(ours.app.mib, peers.app.mib)
	time := beside(ours.app.seconds, peers.app.seconds, "s") + "; of CPU: " + beside(ours.app.cpu, peers.app.cpu, "s")
	memory := beside(ours.app.mib, peers.app.mib, "MiB")
	if c.edited || c.validate {
		sheet.Unbound(name+": time of the app, of the peer's", seconds, "", time)
		sheet.Unbound(name+": memory of the app, of the peer's", mib, "", memory)
	} else {
		sheet.AtMost(name+": time of the app, of the peer's", seconds, timeBound, "", time)
		sheet.AtMost(name+": memory of the app, of the peer's", mib, memoryBound, "", memory)
		sheet.AtMost(name+": compilers that ran", c.compilers, 0, "", "Go's compiler and linker among our processes")
	}
	sheet.Unbound(name+": time with the CLI, of the peer's", ratios(ours.all.seconds, peers.all.seconds), "",
		beside(ours.all.seconds, peers.all.seconds, "s"))
	sheet.Unbound(name+": memory with the CLI, of the peer's", ratios(ours.all.mib, peers.all.mib), "",
		beside(ours.all.mib, peers.all.mib, "MiB"))
}

func beside(ours, peers figures.Series, unit string) string {
	return fmt.Sprintf("%.3g %s, the peer %.3g", ours.Median(), unit, peers.Median())
}

// ratios compares round by round.
func ratios(of, to figures.Series) figures.Series {
	ratios := make(figures.Series, len(of))
	for i := range of {
		ratios[i] = of[i] / to[i]
	}
	return ratios
}
