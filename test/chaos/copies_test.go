package chaos

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"batchjobwithlambda/batch/contract"
)

// twice is an execution whose child runs twice at once, as it may when SubmitJob is tried
// again, or when a machine that was given up for dead goes on.
type twice struct {
	// kill is the number of the request, of either's, at which one of them is killed; 0 is none.
	kill int32
}

func (c twice) String() string { return fmt.Sprintf("killed at %d", c.kill) }

// meeting lets nobody go on before two are there.
type meeting struct {
	arrived atomic.Int32
	both    chan struct{}
}

func (m *meeting) wait() {
	if m.arrived.Add(1) == 2 {
		close(m.both)
	}
	<-m.both
}

// harm has both see that there is no output yet, so that both make all of them.
func (c twice) harm(f *fixture) fault {
	m := &meeting{both: make(chan struct{})}
	var requests atomic.Int32
	return func(rw http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if f.isRunning() == "worker" && operation(r) == "list" {
			m.wait()
		}
		s3.ServeHTTP(rw, r)
		if m.arrived.Load() >= 2 && requests.Add(1) == c.kill {
			f.signal(syscall.SIGKILL)
		}
	}
}

func (c twice) try(ctx context.Context, p executables) ([]finding, error) {
	return scenes["new objects"].play(ctx, p, func(f *fixture, input string) execution {
		f.suffer(c.harm(f))
		e := execution{name: "run", input: input}
		if e.plan, e.err = f.plan(ctx, e.name, e.input); e.err != nil {
			return e
		}
		var copies sync.WaitGroup
		for range 2 {
			process, log, err := f.start(ctx, e.plan, 0, 1)
			if err != nil {
				e.err = err
				return e
			}
			copies.Go(func() {
				if code := f.wait(process, log); code != contract.ExitDone && (code != exitKilled || c.kill == 0) {
					f.report(wrong, "a copy ended with exit code %d:\n%s", code, log)
				}
			})
		}
		copies.Wait()
		e = f.finish(ctx, e, nil)
		if !f.finished(e) {
			f.report(lost, "with one of two copies done: %v, %d objects failed", e.err, e.report.Failed)
		}
		return e
	})
}

func TestTwoCopiesOfAChildDoNoHarm(t *testing.T) {
	var copies []twice
	for kill := range int32(13) {
		copies = append(copies, twice{kill})
	}
	tryAll(t, "two copies of one child at once", copies)
}

// planning is what a planner of the run left and answered.
type planning struct {
	plan            contract.Plan
	manifest, index string
}

func (f *fixture) planAgain(ctx context.Context) (planning, error) {
	for _, key := range f.s3.Keys(bucket, "runs/") {
		f.s3.Delete(bucket, key)
	}
	plan, err := f.plan(ctx, "run", `{}`)
	p := planning{plan: plan}
	p.manifest, _ = f.read("runs/run/manifest.jsonl")
	p.index, _ = f.read("runs/run/manifest.index")
	return p, err
}

// overlap is a run that was planned twice at once: the state machine gave the first
// planner up, and it went on all the same. What the second answered is the plan.
type overlap struct {
	change string
	// manifest and index are how many of the second's steps come before the first's.
	manifest, index int
	// late is whether the first has listed the objects after the second did.
	late bool
}

// changes are what happens to the objects between the one listing and the other.
var changes = map[string]func(f *fixture) error{
	"nothing":           func(*fixture) error { return nil },
	"one more":          func(f *fixture) error { return f.put("zz", "new") },
	"one less":          func(f *fixture) error { f.remove("b"); return nil },
	"one for another":   func(f *fixture) error { f.remove("b"); return f.put("c", "b's") },
	"one that grew":     func(f *fixture) error { return f.put("b", strings.Repeat("b", 1000)) },
	"one of other size": func(f *fixture) error { return f.put("b", "BBBB") },
}

func (o overlap) String() string {
	order := "listed before"
	if o.late {
		order = "listed after"
	}
	return fmt.Sprintf("%s, manifest at %d, index at %d, %s", o.change, o.manifest, o.index, order)
}

func (o overlap) try(ctx context.Context, p executables) ([]finding, error) {
	f, err := newFixture(p, cat...)
	if err != nil {
		return nil, err
	}
	defer f.close()
	f.shards = 2
	f.exitCodes = append(f.exitCodes, contract.ExitBroken) // A plan that is not of one piece is no use to try again.
	for _, name := range []string{"a", "b", "d", "e"} {
		if err := f.put(name, name+"'s"); err != nil {
			return nil, err
		}
	}
	first, err := f.planAgain(ctx)
	if err != nil {
		return nil, err
	}
	if err := changes[o.change](f); err != nil {
		return nil, err
	}
	second, err := f.planAgain(ctx)
	if err != nil {
		return nil, err
	}
	if o.late {
		first, second = second, first
	}
	f.replay(ctx, o, first, second)
	return f.found, nil
}

// replay has the first planner's two writes come at their places among what the second
// planning leads to.
func (f *fixture) replay(ctx context.Context, o overlap, first, second planning) {
	write := func(name, content string) {
		if _, err := f.s3.Put(bucket, "runs/run/"+name, strings.NewReader(content), nil); err != nil {
			f.report(wrong, "%v", err)
		}
	}
	e := execution{name: "run", input: `{}`, plan: second.plan}
	var failed *contract.TaskError
	work := func(shard int) {
		if f.attempt(ctx, e.plan, shard, 1) != contract.ExitDone {
			failed = &contract.TaskError{Error: "States.TaskFailed"}
		}
	}
	for number, step := range []func(){
		func() { write("manifest.jsonl", second.manifest) },
		func() { write("manifest.index", second.index) },
		func() { work(0) },
		func() { work(1) },
		func() { e.report, e.err = f.collectRun(ctx, e.name, e.plan, failed) },
	} {
		if number == o.manifest {
			write("manifest.jsonl", first.manifest)
		}
		if number == o.index {
			write("manifest.index", first.index)
		}
		step()
	}
	if e.err != nil { // The execution fails, and says so.
		return
	}
	gone := map[string]bool{}
	for _, key := range f.manifest("runs/run/failed.jsonl") {
		gone[key] = true
	}
	f.auditCounts(e, gone)
	if e.report.Outcome == contract.Succeeded {
		f.compareThose(second.manifest)
	}
}

// compareThose is whether each object of the manifest that is still there has its output.
func (f *fixture) compareThose(manifest string) {
	for object, err := range contract.ReadManifest(strings.NewReader(manifest)) {
		if err != nil {
			f.report(wrong, "%v", err)
			return
		}
		want, ok := f.makes(object.Key)
		if output, there := f.output(object.Key); ok && (!there || output != want) {
			f.report(lost, "the run succeeded, and %s was planned, and has no output", object.Key)
		}
	}
}

func overlaps(all bool) []overlap {
	var list []overlap
	number := 0
	for _, change := range slices.Sorted(maps.Keys(changes)) {
		for manifest := range 5 {
			for index := manifest; index < 5; index++ {
				for _, late := range []bool{false, true} {
					number++
					if all || number%7 == 0 || change == "one for another" && !late { // Which look most alike.
						list = append(list, overlap{change, manifest, index, late})
					}
				}
			}
		}
	}
	return list
}

func TestTwoPlannersOfARunLoseNothingWithoutAWord(t *testing.T) {
	tryAll(t, "two planners of one run at once", overlaps(soak() > 0))
}
