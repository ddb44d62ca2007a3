package main

import (
	"fmt"
	"time"

	"batchjobwithlambda/test/bench/figures"
)

// comparison is one way to synthesize, measured side by side.
type comparison struct {
	// apps are ours, the peer that the bound is for, and those beside.
	apps             []app
	validate, edited bool

	// figures are those of each app.
	figures []series
	// compilers is how many of Go's compilers and linkers ran in each of our syntheses.
	compilers figures.Series
}

// series are the figures of one app.
type series struct{ seconds, cpu, mib figures.Series }

// round synthesizes each app once, one after the other: what else the machine does then
// meets all of them. It returns an error if one of them does not synthesize what it should.
func (c *comparison) round() error {
	var ours template
	for i, a := range c.apps {
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
		s := &c.figures[i]
		s.seconds = append(s.seconds, used.time.Seconds())
		s.cpu = append(s.cpu, used.cpu.Seconds())
		s.mib = append(s.mib, used.peakMiB)
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
	// of compares a figure with every peer's: the ratios that the bound is for, and all in words.
	of := func(figure func(series) figures.Series) (bounded figures.Series, beside string) {
		ours := figure(c.figures[0])
		beside = fmt.Sprintf("%.3g", ours.Median())
		for i, peer := range c.figures[1:] {
			ratio := ratios(ours, figure(peer))
			if i == 0 {
				bounded = ratio
			}
			beside += fmt.Sprintf("; %s %.3g: %.2g", c.apps[i+1].name, figure(peer).Median(), ratio.Median())
		}
		return bounded, beside
	}
	took, seconds := of(func(s series) figures.Series { return s.seconds })
	_, cpu := of(func(s series) figures.Series { return s.cpu })
	memory, mib := of(func(s series) figures.Series { return s.mib })
	sheet.AtMost(name+": time of the peer's", took, bound, "", "s: "+seconds+"; of CPU: "+cpu)
	sheet.AtMost(name+": memory of the peer's", memory, bound, "", "MiB: "+mib)
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
