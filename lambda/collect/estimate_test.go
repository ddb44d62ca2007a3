package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects/objectstest"
)

const mebibyte = 1.0 / 1024 // In GiB.

// near reports whether the numbers are within a hundredth of each other, or both are nearly nothing.
func near(a, b float64) bool { return math.Abs(a-b) <= max(0.01*max(a, b), 0.001) }

func TestWhatIsMeasuredTellsTheTimeOfAnObjectFromThatOfItsBytes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	noise := func() float64 { return 0.5 + random.Float64() }
	for name, test := range map[string]struct {
		size, seconds func(i int) float64 // Of an object.
		scale         float64             // By how much longer the jobs worked than the command.
		want          contract.Estimate
	}{
		"both count": {
			func(i int) float64 { return float64(i%100) * mebibyte },
			func(i int) float64 { return 0.05 + 80*float64(i%100)*mebibyte }, 1,
			contract.Estimate{ObjectSeconds: 0.05, GiBSeconds: 80},
		},
		"four commands at once": {
			func(i int) float64 { return float64(i%100) * mebibyte },
			func(i int) float64 { return 0.05 + 80*float64(i%100)*mebibyte }, 0.25,
			contract.Estimate{ObjectSeconds: 0.0125, GiBSeconds: 20},
		},
		"only their number counts": {
			func(i int) float64 { return float64(i%100) * mebibyte },
			func(int) float64 { return 2 }, 1,
			contract.Estimate{ObjectSeconds: 2, GiBSeconds: 0.2},
		},
		"only their bytes count": {
			func(i int) float64 { return float64(i%100) * mebibyte },
			func(i int) float64 { return 10 * float64(i%100) * mebibyte }, 1,
			contract.Estimate{ObjectSeconds: 0.0005, GiBSeconds: 10},
		},
		"larger ones are faster": {
			func(i int) float64 { return float64(i%2) * mebibyte },
			func(i int) float64 { return 3 - 2*float64(i%2) }, 1,
			contract.Estimate{ObjectSeconds: 2, GiBSeconds: 0.2},
		},
		"all of one size": {
			func(int) float64 { return mebibyte },
			func(int) float64 { return 1 }, 1,
			contract.Estimate{ObjectSeconds: 0.5, GiBSeconds: 512}, // In the proportion of the guess.
		},
		"all empty": {
			func(int) float64 { return 0 },
			func(int) float64 { return 1 }, 1,
			contract.Estimate{ObjectSeconds: 1, GiBSeconds: 1024},
		},
		"a million tiny ones and ten huge ones": {
			func(i int) float64 { return map[bool]float64{true: 100, false: 4 * mebibyte / 1024}[i%100_000 == 0] },
			func(i int) float64 { return map[bool]float64{true: 1000, false: 0.01}[i%100_000 == 0] * noise() }, 1,
			contract.Estimate{ObjectSeconds: 0.01, GiBSeconds: 10},
		},
	} {
		objects := 1000
		if strings.HasPrefix(name, "a million") {
			objects = 1_000_000
		}
		var f fit
		for i := range objects {
			f.add(test.size(i), test.seconds(i))
		}
		work := f.seconds * test.scale
		got := f.estimate(work)
		if !strings.HasPrefix(name, "a million") && (!near(got.ObjectSeconds, test.want.ObjectSeconds) || !near(got.GiBSeconds, test.want.GiBSeconds)) {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
		if again := got.ObjectSeconds*f.objects + got.GiBSeconds*f.size; again < 0.99*work || again > 1.3*work {
			t.Errorf("%s: the same objects are expected to take %.1f s, and took %.1f", name, again, work)
		}
		t.Logf("%s: %+v", name, got)
	}
}

// worked makes shards of objects that each took the command a second, and as many that were skipped,
// and says that each of the jobs took the time.
func (w fixture) worked(t *testing.T, done, skipped int, each time.Duration) {
	t.Helper()
	shard := shardOf(0, done+skipped)
	w.plan(t, shard)
	results := append(outcomesOf(shard[:done], contract.Done), outcomesOf(shard[done:], contract.Skipped)...)
	for i := range results[:done] {
		results[i].Milliseconds, results[i].PeakBytes = 1000, 1
	}
	effort := contract.Effort{Attempts: 1, Time: each}
	if _, err := w.files.Put(
		runBucket, "runs/demo/results/0.jsonl", strings.NewReader(resultFile(t, results)), effort.Metadata(),
	); err != nil {
		t.Fatal(err)
	}
}

func TestARunKeepsWhatItMeasuredForTheNext(t *testing.T) {
	w := newFixture(t)
	w.worked(t, 40, 0, 80*time.Second)
	_, report, _ := w.add(t, planned)
	got, err := contract.ParseMeasured([]byte(read(t, w.files, "runs/measured.json")))
	if err != nil || got.Command != `["gzip","-9"]` || got.Run != "demo" || !near(got.Seconds(10), 2) {
		t.Errorf("got %+v and %v, want two seconds for an object of run demo", got, err)
	}
	if report.ObjectsPerSecond != 0.5 || report.ShardSeconds.Max != 80 {
		t.Errorf("got %+v, want the throughput and the time of the shard", report.Performance)
	}
}

func TestARunThatSaysLittleKeepsNothing(t *testing.T) {
	for name, test := range map[string]struct {
		done, skipped int
		each          time.Duration
	}{
		"it was short":        {10, 0, 29 * time.Second},
		"most was skipped":    {10, 11, time.Hour},
		"nothing was done":    {0, 10, time.Hour},
		"no job has said how": {10, 0, 0},
	} {
		w := newFixture(t)
		w.worked(t, test.done, test.skipped, test.each)
		w.add(t, planned)
		if _, ok := w.files.Get(runBucket, "runs/measured.json"); ok {
			t.Errorf("%s: there is %s", name, read(t, w.files, "runs/measured.json"))
		}
	}
}

func TestAReportIsWrittenAlthoughWhatWasMeasuredCannotBe(t *testing.T) {
	w := newFixture(t, objectstest.Refuse(http.MethodPut, "/measured.json", http.StatusForbidden))
	w.worked(t, 40, 0, 80*time.Second)
	if summary, _, _ := w.add(t, planned); summary.Outcome != contract.Succeeded {
		t.Errorf("got %+v", summary)
	}
}

func TestTheMessageSaysWhatTheJobsWereExpectedToTake(t *testing.T) {
	for run, want := range map[string]string{
		"":        "Planned: 9 min 20 s for a job, by a guess, as no run has measured the command yet\n",
		"nightly": "Planned: 9 min 20 s for a job, by what run nightly measured\n",
	} {
		w := newFixture(t)
		w.worked(t, 1, 0, time.Second)
		forecast, err := json.Marshal(contract.Forecast{Estimate: contract.Estimate{Run: run, ObjectSeconds: 1}, ShardSeconds: 560})
		if err != nil {
			t.Fatal(err)
		}
		state := strings.Replace(planned, `"bytes":1`, fmt.Sprintf(`"bytes":1,"forecast":%s`, forecast), 1)
		summary, report, _ := w.add(t, state)
		if !strings.Contains(summary.Message, want) || report.Forecast.Run != run {
			t.Errorf("got %+v and\n%s\nwant %s", report.Forecast, summary.Message, want)
		}
	}
}
