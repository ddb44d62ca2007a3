package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects/objectstest"
	"batchjobwithlambda/test/account/s3"
)

const (
	started      = "2026-11-22T18:30:00.5Z"
	execution    = "arn:aws:states:eu-north-1:111122223333:execution:Pipeline:demo"
	stateMachine = "arn:aws:states:eu-north-1:111122223333:stateMachine:Pipeline"
)

// fixture is a collector, and the S3 that it sees.
type fixture struct {
	collector
	files *s3.Store
	job   contract.Job
}

func newFixture(t *testing.T, middleware ...s3.Middleware) fixture {
	t.Helper()
	client, store := serve(t, middleware...)
	settings := contract.CollectSettings{
		Input:        contract.Location{Bucket: inputBucket, Prefix: "input/"},
		Output:       contract.Location{Bucket: inputBucket, Prefix: "output/"},
		OutputSuffix: ".gz",
		Runs:         contract.Location{Bucket: runBucket, Prefix: "runs/"},
		Environment:  "dev",
		Pipeline:     "main",
	}
	now := func() time.Time { return time.Date(2026, 11, 22, 18, 32, 3, 5e8, time.UTC) }
	return fixture{collector{client, settings, now}, store, contract.Job{Command: []string{"gzip", "-9"}}}
}

// shardOf has n objects that come after those of the shards before.
func shardOf(shard, n int) []contract.Object {
	var list []contract.Object
	for i := range n {
		list = append(list, contract.Object{Key: fmt.Sprintf("input/%04d/%04d\n", shard, i), Size: 10, ETag: "abc"})
	}
	return list
}

// outcomesOf are results of the objects, which repeat the statuses.
func outcomesOf(objects []contract.Object, statuses ...contract.Status) []contract.Result {
	var results []contract.Result
	for i, object := range objects {
		result := contract.Result{Key: object.Key, Status: statuses[i%len(statuses)]}
		switch result.Status {
		case contract.Done:
			result.BytesIn, result.BytesOut = object.Size, 4
		case contract.Failed:
			result.Kind, result.ExitCode, result.Reason = contract.FailedExit, 1, "gzip: bad"
		}
		results = append(results, result)
	}
	return results
}

// plan writes what the planner does.
func (w fixture) plan(t *testing.T, shards ...[]contract.Object) {
	t.Helper()
	var manifest, index []byte
	for _, objects := range shards {
		entry := contract.IndexEntry{Offset: int64(len(manifest)), Objects: int64(len(objects))}
		for _, object := range objects {
			manifest = contract.AppendObject(manifest, object)
			entry.Bytes += object.Size
		}
		entry.Length = int64(len(manifest)) - entry.Offset
		index = contract.AppendIndexEntry(index, entry)
	}
	put(t, w.files, "runs/demo/manifest.jsonl", string(manifest))
	put(t, w.files, "runs/demo/manifest.index", string(index))
}

func resultFile(t *testing.T, results []contract.Result) string {
	t.Helper()
	var file []byte
	for _, result := range results {
		file = contract.AppendResult(file, result)
	}
	return string(file)
}

// leave writes what a job does.
func (w fixture) leave(t *testing.T, shard int, results []contract.Result) {
	t.Helper()
	put(t, w.files, fmt.Sprintf("runs/demo/results/%d.jsonl", shard), resultFile(t, results))
}

func request(state string) contract.CollectRequest {
	return contract.CollectRequest{
		Run:          "demo",
		Execution:    execution,
		StateMachine: stateMachine,
		Started:      started,
		Job:          contract.Job{Command: []string{"gzip", "-9"}},
		State:        json.RawMessage(state),
	}
}

// request is [request] with the counts that the planner gave.
func (w fixture) request(t *testing.T, state string) contract.CollectRequest {
	t.Helper()
	entries, err := contract.ReadIndex(strings.NewReader(read(t, w.files, "runs/demo/manifest.index")))
	if err != nil {
		t.Fatal(err)
	}
	var objects int64
	for _, entry := range entries {
		objects += entry.Objects
	}
	asked := request(
		strings.Replace(state, `"shards":1,"objects":1`, fmt.Sprintf(`"shards":%d,"objects":%d`, len(entries), objects), 1),
	)
	asked.Job = w.job
	return asked
}

const (
	planned   = `{"batch_input":{"manifest":"s3://workspace/runs/demo/manifest.jsonl","results":"s3://workspace/runs/demo/results/"},"shards":1,"objects":1,"bytes":1,"job":{"id":"x"}}`
	jobFailed = `{"batch_input":{"manifest":"s3://workspace/runs/demo/manifest.jsonl","results":"s3://workspace/runs/demo/results/"},"shards":1,"objects":1,"bytes":1,` +
		`"job_error":{"Error":"States.TaskFailed","Cause":"{\"JobName\":\"BatchJobFanOut\",\"StatusReason\":\"Array Child Job failed\"}"}}`
)

// add asks for the run's sum, and holds it to what every sum has to be.
func (w fixture) add(t *testing.T, state string) (contract.Summary, contract.Report, []contract.Object) {
	t.Helper()
	summary, err := w.handle(t.Context(), w.request(t, state))
	if err != nil {
		t.Fatal(err)
	}
	var report contract.Report
	if err := json.Unmarshal([]byte(read(t, w.files, "runs/demo/report.json")), &report); err != nil {
		t.Fatal(err)
	}
	var failed []contract.Object
	if report.FailedManifest != "" {
		for object, err := range contract.ReadManifest(strings.NewReader(read(t, w.files, "runs/demo/failed.jsonl"))) {
			if err != nil {
				t.Fatal(err)
			}
			failed = append(failed, object)
		}
	}
	if report.Objects != report.Done+report.Skipped+report.Failed {
		t.Errorf(
			"%d objects are not %d done, %d skipped and %d failed",
			report.Objects,
			report.Done,
			report.Skipped,
			report.Failed,
		)
	}
	if int64(len(failed)) != report.Failed {
		t.Errorf("the list has %d failures, the report %d", len(failed), report.Failed)
	}
	if summary.Outcome != report.Outcome {
		t.Errorf("the summary says %s, the report %s", summary.Outcome, report.Outcome)
	}
	return summary, report, failed
}

func keys(objects []contract.Object) []string {
	var keys []string
	for _, object := range objects {
		keys = append(keys, object.Key)
	}
	return keys
}

func TestARunIsTheSumOfItsShards(t *testing.T) {
	w := newFixture(t)
	first, second, third := shardOf(0, 4), shardOf(1, 3), shardOf(2, 1)
	w.plan(t, first, second, third)
	w.leave(t, 0, outcomesOf(first, contract.Done, contract.Failed))
	w.leave(t, 1, outcomesOf(second, contract.Skipped))
	w.leave(t, 2, outcomesOf(third, contract.Failed))

	summary, report, failed := w.add(t, planned)
	reason := func(object contract.Object) contract.Object {
		object.Kind, object.Reason = contract.FailedExit, "exit code 1: gzip: bad"
		return object
	}
	failures := []contract.Object{reason(first[1]), reason(first[3]), reason(third[0])}
	want := contract.Report{
		Run: "demo", Environment: "dev", Pipeline: "main", Execution: execution, Outcome: contract.RunFailed, Command: []string{"gzip", "-9"},
		Started: started, Seconds: 123, Objects: 8, Done: 2, Skipped: 3, Failed: 3, BytesIn: 20, BytesOut: 8, Shards: 3,
		FirstFailures: failures, FailedManifest: "s3://workspace/runs/demo/failed.jsonl",
		Failures: []contract.FailureCount{
			{Kind: contract.FailedExit, ExitCode: 1, Objects: 3, Key: first[1].Key, Reason: failures[0].Reason},
		},
	}
	if !reflect.DeepEqual(report, want) {
		t.Errorf("got  %+v\nwant %+v", report, want)
	}
	if !slices.Equal(failed, failures) {
		t.Errorf("got %+v, want %+v", failed, failures)
	}
	if summary.Error != contract.ErrorObjects ||
		summary.Cause != "3 of 8 objects failed; tolerated are 0 %; the list is at s3://workspace/runs/demo/failed.jsonl" {
		t.Errorf("got error %q because of %q", summary.Error, summary.Cause)
	}
}

func TestARunWithoutFailuresSucceedsAndLeavesNoList(t *testing.T) {
	w := newFixture(t)
	shard := shardOf(0, 3)
	w.plan(t, shard)
	w.leave(t, 0, outcomesOf(shard, contract.Done, contract.Skipped))
	summary, report, _ := w.add(t, planned)
	if summary.Outcome != contract.Succeeded || summary.Error != "" || summary.Cause != "" || report.Done != 2 ||
		report.Skipped != 1 {
		t.Errorf("got %+v and %+v", summary, report)
	}
	if _, ok := w.files.Get(runBucket, "runs/demo/failed.jsonl"); ok || report.FailedManifest != "" {
		t.Error("there is a list of failures")
	}
}

func TestARunWithNothingToDoSucceeds(t *testing.T) {
	w := newFixture(t)
	w.plan(t)
	summary, report, _ := w.add(t, planned)
	if summary.Outcome != contract.Succeeded || report.Objects != 0 || report.Shards != 0 {
		t.Errorf("got %+v and %+v", summary, report)
	}
}

func TestAShardOfWhichNothingIsKnownFailedWithAllItsObjectsAndIsNotAskedFor(t *testing.T) {
	w := newFixture(
		t,
		objectstest.Answer(http.MethodGet, "/results/1.jsonl", func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
			t.Errorf("asked for %s", r.URL.Path)
		}),
	)
	first, second := shardOf(0, 2), shardOf(1, 2)
	w.plan(t, first, second)
	w.leave(t, 0, outcomesOf(first, contract.Done))
	w.leave(t, 11, nil) // Another shard's result is not this one's.
	_, report, failed := w.add(t, jobFailed)
	if report.Done != 2 || report.Failed != 2 || report.ShardsLost != 1 || !slices.Equal(keys(failed), keys(second)) {
		t.Errorf("got %+v and %q", report, keys(failed))
	}
	if want := "not reached: the job ended before it (Array Child Job failed)"; failed[0].Reason != want ||
		failed[0].ETag != second[0].ETag {
		t.Errorf("got %+v, want the reason %q", failed[0], want)
	}
	if report.JobError == nil || report.JobError.Error != "States.TaskFailed" {
		t.Errorf("got job error %+v", report.JobError)
	}
}

func TestAShardWhoseResultIsBrokenAndOfWhichNothingElseIsKnownFailedWithAllItsObjects(t *testing.T) {
	first, second := shardOf(0, 3), shardOf(1, 3)
	good := outcomesOf(second, contract.Done, contract.Failed, contract.Skipped)
	file := resultFile(t, good)
	for _, test := range []struct{ name, result, reason string }{
		{"nothing in it", "", "it ends before key"},
		{"an object is missing at the end", resultFile(t, good[:2]), "it ends before key"},
		{"an object is missing in the middle", resultFile(t, slices.Concat(good[:1], good[2:])), "it has key"},
		{"an object twice", resultFile(t, slices.Concat(good[:1], good)), "it has key"},
		{"an object too many", resultFile(t, append(slices.Clone(good), good[2])), "it goes on with key"},
		{"another order", resultFile(t, []contract.Result{good[1], good[0], good[2]}), "it has key"},
		{"another shard's", resultFile(t, outcomesOf(first, contract.Done)), "it has key"},
		{"cut short in a line", file[:len(file)-5], "result line 3"},
		{"cut short at the last newline", file[:len(file)-1], "result line 3"},
		{"a line that is no result", strings.Replace(file, `"done"`, `"dune"`, 1), "result line 1"},
		{"zeros behind it", file + "\x00\x00", "result line 4"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newFixture(t)
			w.plan(t, first, second)
			w.leave(t, 0, outcomesOf(first, contract.Done))
			put(t, w.files, "runs/demo/results/1.jsonl", test.result)
			_, report, failed := w.add(t, planned)
			if report.Done != 3 || report.Skipped != 0 || report.Failed != 3 || report.ShardsLost != 1 || report.BytesOut != 12 {
				t.Errorf("got %+v", report)
			}
			if !slices.Equal(keys(failed), keys(second)) {
				t.Errorf("got %q, want %q", keys(failed), keys(second))
			}
			for _, object := range failed {
				if !strings.HasPrefix(object.Reason, "the job's result is broken: ") ||
					!strings.Contains(object.Reason, test.reason) {
					t.Errorf("got reason %q, want %q", object.Reason, test.reason)
				}
			}
		})
	}
}

func TestMoreFailuresThanAreKeptAreListedAllTheSame(t *testing.T) {
	w := newFixture(t)
	failing, lost, few := shardOf(0, 2*keptFailures+2), shardOf(1, keptFailures+1), shardOf(2, 2)
	w.plan(t, failing, lost, few)
	w.leave(t, 0, outcomesOf(failing, contract.Failed, contract.Done, contract.Failed))
	w.leave(t, 2, outcomesOf(few, contract.Failed))
	_, report, failed := w.add(t, planned)
	var want []string
	for i, object := range failing {
		if i%3 != 1 {
			want = append(want, object.Key)
		}
	}
	want = append(append(want, keys(lost)...), keys(few)...)
	if !slices.Equal(keys(failed), want) {
		t.Errorf("got %d failures, want %d in the manifest's order", len(failed), len(want))
	}
	if report.ShardsLost != 1 || len(report.FirstFailures) != firstFailures {
		t.Errorf("got %+v", report)
	}
}

func TestNothingIsBothDoneAndFailedNorNeitherWhateverTheJobsLeft(t *testing.T) {
	for seed := range uint64(15) {
		random := rand.New(rand.NewPCG(seed, seed))
		w := newFixture(t)
		var shards [][]contract.Object
		var planned int64
		for i := range 1 + random.IntN(60) {
			shards = append(shards, shardOf(i, 1+random.IntN(20)))
			planned += int64(len(shards[i]))
		}
		w.plan(t, shards...)
		for i, shard := range shards {
			results := outcomesOf(shard, []contract.Status{contract.Done, contract.Skipped, contract.Failed}[random.IntN(3):]...)
			file := resultFile(t, results)
			switch random.IntN(4) {
			case 0: // No result.
			case 1:
				at := random.IntN(len(file))
				put(
					t,
					w.files,
					fmt.Sprintf("runs/demo/results/%d.jsonl", i),
					file[:at]+string(rune(random.IntN(256)))+file[at+random.IntN(len(file)-at):],
				)
			default:
				w.leave(t, i, results)
			}
		}
		_, report, _ := w.add(t, jobFailed)
		if report.Objects != planned || report.Shards != len(shards) {
			t.Errorf(
				"seed %d: got %d objects in %d shards, want %d in %d",
				seed,
				report.Objects,
				report.Shards,
				planned,
				len(shards),
			)
		}
	}
}

func TestARunFailsOnlyBeyondWhatIsTolerated(t *testing.T) {
	for _, test := range []struct {
		failed    int
		tolerated float64
		want      contract.Outcome
	}{
		{0, 0, contract.Succeeded},
		{1, 0, contract.RunFailed},
		{1, 9.99, contract.RunFailed},
		{1, 10, contract.Succeeded},
		{2, 10, contract.RunFailed},
		{10, 100, contract.Succeeded},
	} {
		w := newFixture(t)
		w.job.ToleratedFailurePercentage = test.tolerated
		shard := shardOf(0, 10)
		w.plan(t, shard)
		w.leave(
			t,
			0,
			append(outcomesOf(shard[:test.failed], contract.Failed), outcomesOf(shard[test.failed:], contract.Done)...),
		)
		summary, _, failed := w.add(t, planned)
		if summary.Outcome != test.want || len(failed) != test.failed {
			t.Errorf(
				"%d of 10 with %v %%: got %s and %d failures, want %s",
				test.failed,
				test.tolerated,
				summary.Outcome,
				len(failed),
				test.want,
			)
		}
	}
}

func TestAJobThatFailedAfterItsWorkWasDoneIsMentioned(t *testing.T) {
	w := newFixture(t)
	shard := shardOf(0, 1)
	w.plan(t, shard)
	w.leave(t, 0, outcomesOf(shard, contract.Done))
	summary, _, _ := w.add(t, jobFailed)
	if summary.Outcome != contract.Succeeded || !strings.Contains(summary.Message, "Array Child Job failed") {
		t.Errorf("got %+v", summary)
	}
}

func TestARunWithoutAJobToBeJudgedByIsAnError(t *testing.T) {
	for _, job := range []contract.Job{{}, {Command: []string{"gzip"}, ToleratedFailurePercentage: 101}} {
		w := newFixture(t)
		w.plan(t, shardOf(0, 1))
		w.job = job
		if summary, err := w.handle(t.Context(), w.request(t, planned)); err == nil || !strings.Contains(err.Error(), "job: ") {
			t.Errorf("%+v: got %+v and %v, want an error", job, summary, err)
		}
	}
}

func TestAnotherAttemptGivesTheSameAnswerAndFiles(t *testing.T) {
	w := newFixture(t, objectstest.Break("/results/0.jsonl", 30), objectstest.Break("/manifest.jsonl", 50))
	shard := shardOf(0, 20)
	w.plan(t, shard)
	w.leave(t, 0, outcomesOf(shard, contract.Done, contract.Failed))
	first, _, _ := w.add(t, planned)
	report, list := read(t, w.files, "runs/demo/report.json"), read(t, w.files, "runs/demo/failed.jsonl")
	second, _, _ := w.add(t, planned)
	if first != second {
		t.Errorf("got %+v, then %+v", first, second)
	}
	if report != read(t, w.files, "runs/demo/report.json") ||
		list != read(t, w.files, "runs/demo/failed.jsonl") {
		t.Error("the files differ")
	}
}

// S3 may answer 200 without having made an upload, or an object of it.
func TestAListOfFailuresThatS3OnlySeemsToHaveTakenIsAnError(t *testing.T) {
	var shard []contract.Object
	for i := range 9000 {
		shard = append(shard, contract.Object{Key: fmt.Sprintf("input/%0*d", contract.MaxKeyBytes-len("input/"), i)})
	}
	for _, operation := range []string{"uploads", "uploadId"} {
		w := newFixture(t, objectstest.Empty(operation))
		w.plan(t, shard)
		w.leave(t, 0, outcomesOf(shard, contract.Failed))
		if summary, err := w.handle(t.Context(), w.request(t, planned)); err == nil {
			t.Errorf("%s: got %+v, want an error", operation, summary)
		}
		if keys := w.files.Keys(runBucket, "runs/demo/report.json"); len(keys) != 0 {
			t.Errorf("%s: there is %q", operation, keys)
		}
	}
}

func TestAnErrorOfS3IsAnErrorAndNoShardIsBlamedForIt(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault s3.Middleware
	}{
		{"no index", objectstest.Refuse(http.MethodGet, "/manifest.index", http.StatusForbidden)},
		{"no manifest", objectstest.Refuse(http.MethodGet, "/manifest.jsonl", http.StatusForbidden)},
		{"a result that may not be read", objectstest.Refuse(http.MethodGet, "/results/0.jsonl", http.StatusForbidden)},
		{"a result that is listed but gone", objectstest.Refuse(http.MethodGet, "/results/0.jsonl", http.StatusNotFound)},
		{"S3 is down", objectstest.Refuse(http.MethodGet, "/results/0.jsonl", http.StatusServiceUnavailable)},
		{"a connection that always breaks", objectstest.Break("/results/0.jsonl", 0)},
		{"no list of failures", objectstest.Refuse(http.MethodPut, "/failed.jsonl", http.StatusForbidden)},
		{"no report", objectstest.Refuse(http.MethodPut, "/report.json", http.StatusForbidden)},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newFixture(t, test.fault)
			shard := shardOf(0, 3)
			w.plan(t, shard)
			w.leave(t, 0, outcomesOf(shard, contract.Failed))
			summary, err := w.handle(t.Context(), w.request(t, planned))
			if err == nil {
				t.Errorf("got %+v, want an error", summary)
			}
			if _, ok := w.files.Get(runBucket, "runs/demo/report.json"); ok {
				t.Error("there is a report")
			}
		})
	}
}

func TestFilesThatAreNotOfOnePlanAreAnError(t *testing.T) {
	for name, mix := range map[string]func(w fixture, ask *contract.CollectRequest){
		"an index with an object too many": func(w fixture, ask *contract.CollectRequest) {
			w.plan(t, shardOf(0, 3))
			manifest := read(t, w.files, "runs/demo/manifest.jsonl")
			index := contract.AppendIndexEntry(nil, contract.IndexEntry{Length: int64(len(manifest)), Objects: 4})
			put(t, w.files, "runs/demo/manifest.index", string(index))
			*ask = w.request(t, planned)
		},
		"a manifest that goes on after the index": func(w fixture, ask *contract.CollectRequest) {
			manifest := read(t, w.files, "runs/demo/manifest.jsonl")
			put(t, w.files, "runs/demo/manifest.jsonl", manifest+manifest)
		},
		"another number of objects than was planned": func(w fixture, ask *contract.CollectRequest) {
			ask.State = json.RawMessage(strings.Replace(string(ask.State), `"objects":3`, `"objects":4`, 1))
		},
		"another number of shards than was planned": func(w fixture, ask *contract.CollectRequest) {
			ask.State = json.RawMessage(strings.Replace(string(ask.State), `"shards":1`, `"shards":2`, 1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t)
			shard := shardOf(0, 3)
			w.plan(t, shard)
			w.leave(t, 0, outcomesOf(shard, contract.Done))
			ask := w.request(t, planned)
			if _, err := w.handle(t.Context(), ask); err != nil {
				t.Fatal(err)
			}
			mix(w, &ask)
			if summary, err := w.handle(t.Context(), ask); err == nil {
				t.Errorf("got %+v, want an error", summary)
			}
		})
	}
}

func TestAResultThatChangesWhileItIsReadIsAnError(t *testing.T) {
	shard := shardOf(0, keptFailures+1)
	var w fixture
	read := 0
	w = newFixture(
		t,
		objectstest.Answer(http.MethodGet, "/results/0.jsonl", func(rw http.ResponseWriter, r *http.Request, s3 http.Handler) {
			if read++; read == 2 { // Too many failures to be kept: they are read again for the list.
				w.leave(t, 0, outcomesOf(shard, contract.Done))
			}
			s3.ServeHTTP(rw, r)
		}),
	)
	w.plan(t, shard)
	w.leave(t, 0, outcomesOf(shard, contract.Failed))
	if summary, err := w.handle(t.Context(), w.request(t, planned)); err == nil {
		t.Errorf("got %+v, want an error", summary)
	}
}

func TestAPlanningThatFailedIsReportedAlthoughS3RefusesEverything(t *testing.T) {
	w := newFixture(t, func(http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusForbidden) })
	})
	for _, test := range []struct{ name, state, error, cause string }{
		{
			"an invalid input", `{"Error":"InvalidInput","Cause":"{\"errorMessage\":\"shards: \\\"0\\\" is not allowed\",\"errorType\":\"InvalidInput\"}"}`,
			contract.ErrorInvalidInput, `shards: "0" is not allowed`,
		},
		{
			"a function that timed out", `{"Error":"Sandbox.Timedout","Cause":"{\"errorType\":\"Sandbox.Timedout\",\"errorMessage\":\"RequestId: x Error: Task timed out after 900.00 seconds\"}"}`,
			contract.ErrorPlanning, "RequestId: x Error: Task timed out after 900.00 seconds",
		},
		{"a service that gave no JSON", `{"Error":"Lambda.TooManyRequestsException","Cause":"Rate\nexceeded"}`, contract.ErrorPlanning, `Rate\nexceeded`},
		{"no cause at all", `{"Error":"States.Timeout"}`, contract.ErrorPlanning, "States.Timeout"},
	} {
		// The name of such an execution may be one that no run can have.
		ask := request(test.state)
		ask.Run = "ünï"
		summary, err := w.handle(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		if summary.Outcome != contract.RunFailed || summary.Error != test.error || summary.Cause != test.cause {
			t.Errorf("%s: got %+v", test.name, summary)
		}
	}
}

func TestARunThatCouldNotBePlannedGivesItsOwnLockBackAndNoOther(t *testing.T) {
	w := newFixture(t)
	own := contract.Lock{Run: "demo", Started: started, Until: time.Now().Add(time.Hour)}
	other := own
	other.Run = "other"
	for _, test := range []struct {
		name   string
		held   contract.Lock
		locked bool
	}{{"its own", own, false}, {"another's", other, true}} {
		text, err := json.Marshal(test.held)
		if err != nil {
			t.Fatal(err)
		}
		put(t, w.files, "runs/lock.json", string(text))
		if _, err := w.handle(t.Context(), request(`{"Error":"Sandbox.Timedout"}`)); err != nil {
			t.Fatal(err)
		}
		var left contract.Lock
		if err := json.Unmarshal([]byte(read(t, w.files, "runs/lock.json")), &left); err != nil {
			t.Fatal(err)
		}
		if locked := time.Now().Before(left.Until); locked != test.locked {
			t.Errorf("%s: the lock holds: %v, want %v", test.name, locked, test.locked)
		}
	}
}

func TestARequestThatMakesNoSenseIsAnError(t *testing.T) {
	w := newFixture(t)
	w.plan(t)
	for name, change := range map[string]func(*contract.CollectRequest){
		"no state":           func(r *contract.CollectRequest) { r.State = nil },
		"a state of null":    func(r *contract.CollectRequest) { r.State = json.RawMessage(`null`) },
		"a state that lists": func(r *contract.CollectRequest) { r.State = json.RawMessage(`[]`) },
		"an error in the wrong case": func(r *contract.CollectRequest) {
			r.State = json.RawMessage(`{"error":"InvalidInput","cause":""}`)
		},
		"another run's plan": func(r *contract.CollectRequest) { r.Run = "other" },
		"no start":           func(r *contract.CollectRequest) { r.Started = "yesterday" },
	} {
		ask := w.request(t, planned)
		change(&ask)
		if summary, err := w.handle(t.Context(), ask); err == nil {
			t.Errorf("%s: got %+v, want an error", name, summary)
		}
	}
}

func TestTheFunctionSpeaksTheContractsJSON(t *testing.T) {
	w := newFixture(t)
	shard := shardOf(0, 1)
	w.plan(t, shard)
	w.leave(t, 0, outcomesOf(shard, contract.Done))
	ask, err := json.Marshal(request(planned))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := lambda.NewHandler(w.handle).Invoke(t.Context(), ask)
	var fields map[string]string
	if err := errors.Join(err, json.Unmarshal(answer, &fields)); err != nil {
		t.Fatal(err)
	}
	if fields["outcome"] != "SUCCEEDED" || fields["subject"] != "[dev/main] SUCCEEDED: 1 object, 1 done" ||
		fields["message"] == "" ||
		fields["error"] != "" {
		t.Errorf("got %s", answer)
	}
}
