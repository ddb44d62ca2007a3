package main

import (
	"fmt"

	"batchjobwithlambda/test/bench/figures"
)

// comparison is one way to synthesize, measured beside the peers.
type comparison struct {
	// today is the peer as the pinned CLI's "cdk init" makes it.
	ours, peer, today app
	validate, edited  bool

	figures [3]series
	// compilers is how many of Go's compilers and linkers ran in each of our syntheses.
	compilers figures.Series
}

// series are the figures of one app.
type series struct{ seconds, cpu, mib figures.Series }

// round synthesizes each app once, one after the other: what else the machine does then
// meets all of them. It returns an error if one of them does not synthesize what it should.
func (c *comparison) round() error {
	var templates [3]template
	for i, a := range []app{c.ours, c.peer, c.today} {
		var want string
		if c.edited {
			var err error
			if want, err = a.edit(number()); err != nil {
				return err
			}
		}
		used, got, err := a.synth(c.validate)
		if err != nil {
			return err
		}
		if c.edited && got.Description != want {
			return fmt.Errorf("%s: after an edit the template's description is %q, not %q", a.folder, got.Description, want)
		}
		templates[i] = got
		s := &c.figures[i]
		s.seconds = append(s.seconds, used.time.Seconds())
		s.cpu = append(s.cpu, used.cpu.Seconds())
		s.mib = append(s.mib, used.peakMiB)
		if i == 0 {
			c.compilers = append(c.compilers, float64(len(used.compilers)))
		}
	}
	for _, peer := range templates[1:] {
		if err := sameStack(templates[0], peer); err != nil {
			return err
		}
	}
	return nil
}

// report writes the figures of all rounds.
func (c *comparison) report(sheet *figures.Sheet) {
	name := "synth after no edit"
	if c.edited {
		name = "synth after an edit"
	}
	if c.validate {
		name += ", validated"
	}
	ours, peer, today := c.figures[0], c.figures[1], c.figures[2]
	sheet.AtMost(name+": time of the peer's", ratios(ours.seconds, peer.seconds), bound, "", fmt.Sprintf(
		"%.3g s beside %.3g s (CPU %.3g s beside %.3g s: %.2g); with today's cdk init %.3g s: %.2g", ours.seconds.Median(), peer.seconds.Median(),
		ours.cpu.Median(), peer.cpu.Median(), ratios(ours.cpu, peer.cpu).Median(), today.seconds.Median(), ratios(ours.seconds, today.seconds).Median()))
	sheet.AtMost(name+": memory of the peer's", ratios(ours.mib, peer.mib), bound, "", fmt.Sprintf(
		"%.0f MiB beside %.0f MiB; with today's cdk init %.0f MiB: %.2g", ours.mib.Median(), peer.mib.Median(), today.mib.Median(), ratios(ours.mib, today.mib).Median()))
	if !c.edited {
		sheet.AtMost(name+": compilers that ran", c.compilers, 0, "", "Go's compiler and linker among our processes")
	}
}

// ratios compares round by round.
func ratios(of, to figures.Series) figures.Series {
	ratios := make(figures.Series, len(of))
	for i := range of {
		ratios[i] = of[i] / to[i]
	}
	return ratios
}
