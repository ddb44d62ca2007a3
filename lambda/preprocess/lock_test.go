package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects/lock"
	"batchjobwithlambda/test/account/s3"
)

// locking is a planner of a pipeline whose runs may take an hour.
func locking(t *testing.T, middleware ...s3.Middleware) fixture {
	t.Helper()
	w := newFixture(t, middleware...)
	w.settings.RunLimit = time.Hour
	w.put(t, "input/a", "input/b")
	return w
}

// askNow asks for the plan of a run that has just started.
func (w fixture) askNow(t *testing.T, name, input string) (contract.Plan, error) {
	t.Helper()
	return w.handle(t.Context(), contract.PlanRequest{
		Run:     name,
		Started: time.Now().UTC().Format(time.RFC3339),
		Input:   contract.RawInput(input),
	})
}

func (w fixture) mustPlanNow(t *testing.T, name, input string) {
	t.Helper()
	if _, err := w.askNow(t, name, input); err != nil {
		t.Fatal(err)
	}
}

// The same objects would be paid for twice, and with two commands the outputs of one be lost.
func TestARunIsRefusedWhileAnotherGoesOnWhateverItsObjects(t *testing.T) {
	w := locking(t)
	const rerun = `{"manifest":"s3://workspace/runs/earlier/failed.jsonl"}`
	put(t, w.files, "runs/earlier/failed.jsonl", `{"key":"input/a","size":1}`+"\n")
	w.mustPlanNow(t, "first", `{"prefix":"a"}`)
	for _, input := range []string{`{}`, `{"prefix":"a"}`, `{"prefix":"b"}`, `{"overlap":false}`, rerun} {
		_, err := w.askNow(t, "second", input)
		wantInvalid(t, err, "overlap", "run first")
	}
	if keys := w.files.Keys(runBucket, "runs/second/"); len(keys) > 0 {
		t.Errorf("the refused run has %q", keys)
	}
}

func TestARunMayOverlapIfItIsAskedTo(t *testing.T) {
	w := locking(t)
	w.mustPlanNow(t, "first", `{}`)
	w.mustPlanNow(t, "second", `{"overlap":true}`)
	_, err := w.askNow(t, "third", `{}`)
	wantInvalid(t, err, "overlap", "run first")
}

func TestAStartThatMayBeLeftOutEndsQuietlyWhileARunGoesOn(t *testing.T) {
	w := locking(t)
	w.mustPlanNow(t, "first", `{}`)
	plan, err := w.askNow(t, "second", `{"unless_running":true}`)
	if want := (contract.Plan{Idle: "run first goes on"}); err != nil || !reflect.DeepEqual(plan, want) {
		t.Errorf("got %+v and %v, want %+v", plan, err, want)
	}
	if keys := w.files.Keys(runBucket, "runs/second/"); len(keys) > 0 {
		t.Errorf("the run that was left out has %q", keys)
	}
	put(t, w.files, "runs/first/report.json", "{}")
	if plan, err := w.askNow(t, "third", `{"unless_running":true}`); err != nil || plan.Objects != 2 {
		t.Errorf("got %+v and %v once nothing goes on", plan, err)
	}
}

func TestARunThatHasItsReportLocksNoOtherOut(t *testing.T) {
	w := locking(t)
	w.mustPlanNow(t, "first", `{}`)
	put(t, w.files, "runs/first/report.json", "{}")
	w.mustPlanNow(t, "second", `{}`)
	_, err := w.askNow(t, "third", `{}`)
	wantInvalid(t, err, "overlap", "run second")
}

// It was stopped, or took too long: nobody reports of it, and nobody gives the lock back.
func TestARunThatCanOnlyHaveEndedLocksNoOtherOut(t *testing.T) {
	for name, text := range map[string]string{
		"an hour ago": lockUntil(t, time.Now().Add(-time.Second)),
		"no JSON":     "{",
		"empty":       "",
		"no run":      `{"run":"ünï","until":"2100-01-01T00:00:00Z"}`,
	} {
		w := locking(t)
		put(t, w.files, "runs/lock.json", text)
		if _, err := w.askNow(t, "next", `{}`); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	w := locking(t)
	put(t, w.files, "runs/lock.json", lockUntil(t, time.Now().Add(time.Minute)))
	_, err := w.askNow(t, "next", `{}`)
	wantInvalid(t, err, "overlap", "run stopped")
}

func lockUntil(t *testing.T, until time.Time) string {
	t.Helper()
	text, err := json.Marshal(contract.Lock{Run: "stopped", Started: started, Until: until})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAPlanThatIsTriedAgainIsNotLockedOutByItself(t *testing.T) {
	w := locking(t)
	request := contract.PlanRequest{Run: "demo", Started: time.Now().UTC().Format(time.RFC3339)}
	for range 2 {
		if _, err := w.handle(t.Context(), request); err != nil {
			t.Fatal(err)
		}
	}
}

// What ends a run without a plan is the function that collects.
func TestAPlannerThatDiesAtAnyRequestLocksNoOtherOutOnceItsRunHasEnded(t *testing.T) {
	for dies := int32(1); ; dies++ {
		var requests atomic.Int32
		var dead atomic.Bool
		w := locking(t, func(s3 http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if dead.Load() && requests.Add(1) >= dies {
					rw.WriteHeader(http.StatusForbidden)
					return
				}
				s3.ServeHTTP(rw, r)
			})
		})
		dead.Store(true)
		_, err := w.askNow(t, "first", `{}`)
		dead.Store(false)
		if err == nil {
			break // It was asked for less than that.
		}
		if err := lock.Release(t.Context(), w.s3, w.settings.Runs, "first"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.askNow(t, "second", `{}`); err != nil {
			t.Errorf("after a death at request %d: %v", dies, err)
		}
	}
}

func TestOfRunsThatStartAtTheSameMomentOneIsPlanned(t *testing.T) {
	w := locking(t)
	const many = 16
	errs := make([]error, many)
	var runs sync.WaitGroup
	for i := range many {
		runs.Go(func() { _, errs[i] = w.askNow(t, fmt.Sprintf("run-%d", i), `{}`) })
	}
	runs.Wait()
	planned := 0
	for _, err := range errs {
		if err == nil {
			planned++
		} else if !strings.HasPrefix(err.Error(), "overlap: ") {
			t.Error(err)
		}
	}
	if planned != 1 {
		t.Errorf("%d runs were planned, want one", planned)
	}
}
