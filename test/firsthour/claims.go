package main

import (
	"fmt"
	"io"
	"strings"
)

// claim is a sentence that AWS shows to be true or not.
type claim struct {
	text string
	// relied is true if the pipeline is wrong where the sentence is. The others are worth
	// knowing, and the pipeline is right either way.
	relied bool
}

// verdict is what became of a claim.
type verdict string

const (
	holds      verdict = "holds"
	doesNot    verdict = "does not hold"
	notKnown   verdict = "not known"
	worthKnown         = " (the pipeline is right either way)"
)

// answer is a verdict, and how it is known.
type answer struct {
	claim   claim
	verdict verdict
	how     string
}

// findings are the answers so far, one for each claim.
type findings struct {
	out     io.Writer
	answers []answer
}

// add prints and keeps the answer to a claim. Only the first answer counts.
func (f *findings) add(c claim, v verdict, how string, arguments ...any) {
	if f.has(c) {
		return
	}
	a := answer{
		claim:   c,
		verdict: v,
		how:     strings.Join(strings.Fields(fmt.Sprintf(how, arguments...)), " "), // What AWS says may have lines.
	}
	f.answers = append(f.answers, a)
	either := ""
	if v == doesNot && !c.relied {
		either = worthKnown
	}
	fmt.Fprintf(f.out, "%-13s  %s: %s%s\n", a.verdict, c.text, a.how, either)
}

// addIf is add with a verdict of yes or no.
func (f *findings) addIf(ok bool, c claim, how string, arguments ...any) {
	v := doesNot
	if ok {
		v = holds
	}
	f.add(c, v, how, arguments...)
}

func (f *findings) has(c claim) bool {
	for _, a := range f.answers {
		if a.claim == c {
			return true
		}
	}
	return false
}

// broken is how many claims that the pipeline relies on do not hold.
func (f *findings) broken() int {
	n := 0
	for _, a := range f.answers {
		if a.verdict == doesNot && a.claim.relied {
			n++
		}
	}
	return n
}
