package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects/objectstest"
	"batchjobwithlambda/test/account/s3"
)

const madeList = "runs/made.jsonl"

// work puts objects and what a run of the command makes of them, and returns the list of that.
func (w fixture) work(t *testing.T, keys ...string) []contract.Made {
	t.Helper()
	w.put(t, keys...)
	var list []contract.Made
	for _, key := range keys {
		object, _ := w.files.Get(inputBucket, key)
		output := put(t, w.files, outputOf(key), "output of "+key)
		list = append(list, contract.Made{Key: key, ETag: object.ETag, Output: output})
	}
	return list
}

func outputOf(key string) string { return "output/" + strings.TrimPrefix(key, "input/") + ".gz" }

// keep writes the list as the collector does, of what the job made.
func (w fixture) keep(t *testing.T, job contract.Job, list ...contract.Made) {
	t.Helper()
	slices.SortFunc(list, func(a, b contract.Made) int { return strings.Compare(a.Key, b.Key) })
	var lines []byte
	for _, made := range list {
		made.Command = digestOf(job.Command...)
		lines = contract.AppendMade(lines, made)
	}
	w.keepText(t, string(lines))
}

func (w fixture) keepText(t *testing.T, text string) {
	t.Helper()
	put(t, w.files, madeList, text)
}

func digestOf(command ...string) string {
	return contract.CommandDigest(contract.Command(command).String())
}

// wantPlanned plans a run, and checks which objects are left to its jobs.
func (w fixture) wantPlanned(t *testing.T, name, input string, job contract.Job, want ...string) contract.Plan {
	t.Helper()
	plan := w.planJob(t, name, input, job)
	if got := keys(w.planned(t, name)); !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", name, got, want)
	}
	return plan
}

func TestOnlyWhatIsNotDoneIsPlanned(t *testing.T) {
	w := newFixture(t)
	list := w.work(t, "input/a", "input/a-b", "input/a/c", "input/changed", "input/deleted", "input/replaced")
	w.put(t, "input/new", "input/changed-too")
	w.keep(t, gzip, append(list, contract.Made{Key: "input/gone", ETag: "x", Output: "y"})...)
	put(t, w.files, "input/changed", "other content")
	put(t, w.files, outputOf("input/replaced"), "not what was made")
	w.files.Delete(inputBucket, outputOf("input/deleted"))

	want := []string{"input/changed", "input/changed-too", "input/deleted", "input/new", "input/replaced"}
	plan := w.wantPlanned(t, "nightly", `{}`, gzip, want...)
	if plan.Objects != 5 || plan.Origin.Made != 3 || plan.Origin.LeftOut != 0 {
		t.Errorf("got %+v, want 5 objects, and 3 that are done", plan)
	}
	plan = w.wantPlanned(t, "below", `{"prefix":"a"}`, gzip)
	if plan.Shards != 0 || plan.Origin.Made != 3 {
		t.Errorf("got %+v, want no job, and 3 that are done", plan)
	}
	w.wantPlanned(t, "filtered", `{"include":["a*","n*"]}`, gzip, "input/new")
	plan = w.wantPlanned(t, "dry", `{"dry_run":true}`, gzip, want...)
	if plan.DryRun == nil || plan.DryRun.Objects != 5 || plan.Origin.Made != 3 {
		t.Errorf("got %+v, want that it would be 5 objects, and 3 are done", plan)
	}
}

func TestTheListIsOnlyForRunsThatAskForWhatIsNotDone(t *testing.T) {
	w := newFixture(t)
	w.keep(t, gzip, w.work(t, "input/a")...)
	put(t, w.files, "runs/old/failed.jsonl", `{"key":"input/a","size":1}`+"\n")
	other := contract.Job{Command: []string{"gzip", "-1"}}
	for name, test := range map[string]struct {
		input string
		job   contract.Job
	}{
		"force":    {`{"force":true}`, gzip},
		"objects":  {`{"objects":["input/a"]}`, gzip},
		"manifest": {`{"manifest":"s3://workspace/runs/old/failed.jsonl"}`, gzip},
		"other":    {`{}`, other},
	} {
		if plan := w.wantPlanned(t, name, test.input, test.job, "input/a"); plan.Origin.Made != 0 {
			t.Errorf("%s: got %+v, want nothing left out", name, plan)
		}
	}
}

func TestALimitCountsWhatIsNotDone(t *testing.T) {
	w := newFixture(t)
	w.keep(t, gzip, w.work(t, "input/a", "input/b", "input/d")...)
	w.put(t, "input/c", "input/e", "input/f")
	plan := w.wantPlanned(t, "first", `{"limit":2}`, gzip, "input/c", "input/e")
	if plan.Origin.Made != 3 || !plan.Origin.Limited {
		t.Errorf("got %+v, want 3 that are done, and that there are more", plan.Origin)
	}
}

func TestAFolderOfOutputsIsDoneIfItsListIsTheOneThatWasMade(t *testing.T) {
	folders := contract.Job{Command: []string{"split", contract.OutDir}}
	w := newFixture(t)
	w.put(t, "input/a", "input/a.gz/b", "input/c", "input/d")
	var list []contract.Made
	for _, name := range []string{"a", "a.gz/b", "c", "d"} {
		object, _ := w.files.Get(inputBucket, "input/"+name)
		output := put(t, w.files, "output/_outputs/"+name+".gz.json", "list of "+name)
		list = append(list, contract.Made{Key: "input/" + name, ETag: object.ETag, Output: output})
	}
	w.keep(t, folders, list...)
	put(t, w.files, "output/_outputs/c.gz.json", "incomplete")
	w.files.Delete(inputBucket, "output/_outputs/d.gz.json")
	// Whoever's outputs would be in those of a has to fail, whatever was made before.
	w.wantPlanned(t, "nightly", `{}`, folders, "input/a.gz/b", "input/c", "input/d")
	if inside := w.planned(t, "nightly")[0][0].Inside; inside != "input/a" {
		t.Errorf("got that input/a.gz/b is inside %q, want input/a", inside)
	}
}

func TestARowOfAListIsDoneIfItsColumnsAreThoseThatTheOutputWasMadeWith(t *testing.T) {
	resize := contract.Job{Command: []string{"resize", contract.ColumnPlaceholder("width")}}
	w := newFixture(t)
	list := w.work(t, "input/a", "input/b")
	var lines []byte
	for i, made := range list {
		made.Command = digestOf("resize", []string{"9", "400"}[i])
		lines = contract.AppendMade(lines, made)
	}
	w.keepText(t, string(lines))
	w.putList(t, "a.csv", "width,key\n9,input/a\n500,input/b\n")
	w.wantPlanned(t, "sweep", `{"list":"s3://workspace/lists/a.csv"}`, resize, "input/b")
}

func TestAnInventoryIsPlannedWithoutWhatIsDone(t *testing.T) {
	w := newFixture(t)
	list := w.work(t, "input/a")
	w.keep(t, gzip, list...)
	w.put(t, "input/b")
	w.putReport(t, contract.Object{Key: "input/a", Size: 1, ETag: list[0].ETag}, contract.Object{Key: "input/b", Size: 1})
	w.wantPlanned(t, "inventory", ofInventory, gzip, "input/b")
}

func TestWhatCannotBeReadOfTheListIsLeftToTheJobs(t *testing.T) {
	for text, want := range map[string]string{
		"":                                       "abc",
		"garbage":                                "abc",
		"{A}\n{B}\n{C":                           "c", // It was cut.
		"{A}\n{A}\n{B}\n{C}\n":                   "bc",
		"{C}\n{A}\n{B}\n":                        "ab",
		"{A}\n{\"version\":2}\n{C}\n":            "bc",
		"{A}\n{\"key\":\"input/b\"}\n{B}\n{C}\n": "bc",
	} {
		w := newFixture(t)
		for i, made := range w.work(t, "input/a", "input/b", "input/c") {
			made.Command = digestOf(gzip.Command...)
			line := strings.TrimSuffix(string(contract.AppendMade(nil, made)), "\n")
			text = strings.ReplaceAll(text, "{"+string(rune('A'+i))+"}", line)
		}
		w.keepText(t, text)
		var left []string
		for _, letter := range want {
			left = append(left, "input/"+string(letter))
		}
		w.wantPlanned(t, "run", `{}`, gzip, left...)
	}
}

func TestARunIsPlannedAlthoughItCannotBeToldWhatIsDone(t *testing.T) {
	for name, refused := range map[string]s3.Middleware{
		"the list's metadata": objectstest.Refuse(http.MethodHead, "/made.jsonl", http.StatusForbidden),
		"the list":            objectstest.Refuse(http.MethodGet, "/made.jsonl", http.StatusForbidden),
		"the outputs": onLists("output/", func(rw http.ResponseWriter, _ *http.Request, _ http.Handler) {
			rw.WriteHeader(http.StatusForbidden)
		}),
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t, refused)
			w.keep(t, gzip, w.work(t, "input/a")...)
			w.wantPlanned(t, "run", `{}`, gzip, "input/a")
		})
	}
}

// The rest of the time is for the plan.
func TestOutputsThatTakeTooLongToListAreLeftToTheJobs(t *testing.T) {
	w := newFixture(t, onLists("output/", func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
		<-r.Context().Done()
	}))
	w.keep(t, gzip, w.work(t, "input/a")...)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	plan, err := w.handle(ctx, contract.PlanRequest{Run: "run", Started: started, Job: gzip, Input: contract.RawInput(`{}`)})
	if err != nil || plan.Objects != 1 {
		t.Errorf("got %+v and %v, want a plan of one object", plan, err)
	}
}

// Without a list nothing is asked for that tells what is done.
func TestOutputsAreOnlyListedBesideAList(t *testing.T) {
	lists := 0
	w := newFixture(t, countLists("output/", &lists))
	w.work(t, "input/a")
	if w.wantPlanned(t, "run", `{}`, gzip, "input/a"); lists != 0 {
		t.Errorf("got %d lists, want none", lists)
	}
}

// Whatever the keys, only what the list, the input and the output agree about is left out.
func TestWhatIsLeftOutIsWhatASlowLookAtEachObjectWouldLeaveOut(t *testing.T) {
	for seed := range uint64(10) {
		random := rand.New(rand.NewPCG(seed, 1))
		w := newFixture(t)
		var list []contract.Made
		var want []string
		seen := map[string]bool{}
		for range 200 {
			name := ""
			for range 1 + random.IntN(6) {
				name += string("a-./gz\x01é"[random.IntN(7)])
			}
			key := "input/" + name
			if seen[key] || strings.HasSuffix(key, "/") || strings.Contains(key, "./") || strings.HasSuffix(key, ".") {
				continue
			}
			seen[key] = true
			made := w.work(t, key)[0]
			done := true
			switch random.IntN(8) {
			case 0:
				done = false
				put(t, w.files, key, "changed")
			case 1:
				done = false
				w.files.Delete(inputBucket, outputOf(key))
			case 2:
				done = false
				put(t, w.files, outputOf(key), "replaced")
			}
			if random.IntN(4) > 0 {
				list = append(list, made)
			} else {
				done = false
			}
			if !done {
				want = append(want, key)
			}
		}
		w.keep(t, gzip, list...)
		slices.Sort(want)
		plan := w.wantPlanned(t, fmt.Sprintf("run%d", seed), `{}`, gzip, want...)
		if got := int64(len(seen) - len(want)); plan.Origin.Made != got {
			t.Errorf("seed %d: got %d done, want %d", seed, plan.Origin.Made, got)
		}
	}
}
