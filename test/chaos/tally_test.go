package chaos

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"

	"batchjobwithlambda/test/proof"
)

// soak is how many seeds CHAOS_SEEDS asks for, and 0 if it does not: then the tests take
// a choice of cases that a person waits for, and else all of them.
func soak() int {
	number, err := strconv.Atoi(cmp.Or(os.Getenv("CHAOS_SEEDS"), "0"))
	if err != nil {
		panic(err)
	}
	return number
}

// tally counts what the cases of a test found.
type tally struct {
	mu    sync.Mutex
	cases int
	found map[kind]int
}

// add fails the test for each finding.
func (s *tally) add(t *testing.T, found []finding, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
	for _, finding := range found {
		t.Errorf("%s: %s", finding.kind, finding.text)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cases++
	for _, finding := range found {
		if s.found == nil {
			s.found = map[kind]int{}
		}
		s.found[finding.kind]++
	}
}

// attempt is a case of a test.
type attempt interface {
	fmt.Stringer
	// try returns what must not be.
	try(context.Context, executables) ([]finding, error)
}

// tryAll tries all cases at once, each in a test of its own, and says what was found.
func tryAll[A attempt](t *testing.T, what string, attempts []A) {
	var sum tally
	t.Cleanup(func() { sum.print(t, what) })
	for _, a := range attempts {
		t.Run(a.String(), func(t *testing.T) {
			t.Parallel()
			found, err := a.try(t.Context(), real)
			sum.add(t, found, err)
		})
	}
}

// print holds docs/trust.md to the tally, unless there were more cases than usual.
func (s *tally) print(t *testing.T, what string) {
	if soak() > 0 {
		t.Logf("%s: %d cases, %v", what, s.cases, s.found)
		return
	}
	proof.Row(t, "chaos", what, s.cases, s.found[lost], s.found[duplicated], s.found[halfWritten], s.found[different])
}
