package main

import (
	"encoding/json"
	"errors"
	"fmt"
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

const started = "2026-11-22T18:30:00.123Z"

// fixture is a planner, and the S3 that it sees.
type fixture struct {
	planner
	files *s3.Store
}

func newFixture(t *testing.T, middleware ...s3.Middleware) fixture {
	t.Helper()
	client, store := serve(t, middleware...)
	return fixture{
		planner{
			client,
			contract.PlanSettings{
				Input:           contract.Location{Bucket: inputBucket, Prefix: "input/"},
				Output:          contract.Location{Bucket: inputBucket, Prefix: "output/"},
				OutputSuffix:    ".gz",
				Runs:            contract.Location{Bucket: runBucket, Prefix: "runs/"},
				InventoryBucket: inventoryBucket,
				MaxShards:       contract.MaxArraySize,
				ShardTime:       10 * time.Minute,
				ShardBytes:      4 << 20,
			},
			nil,
		},
		store,
	}
}

func (w fixture) put(t *testing.T, keys ...string) {
	t.Helper()
	for _, key := range keys {
		put(t, w.files, key, "content of "+key)
	}
}

// ask is what the state machine sends, and what comes back.
func (w fixture) ask(t *testing.T, name, input string) (contract.Plan, error) {
	t.Helper()
	return w.handle(t.Context(), contract.PlanRequest{Run: name, Started: started, Input: contract.RawInput(input)})
}

func (w fixture) mustPlan(t *testing.T, name, input string) contract.Plan {
	t.Helper()
	plan, err := w.ask(t, name, input)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// planned reads a run's manifest by its index, as the jobs do: the objects of each shard.
func (w fixture) planned(t *testing.T, name string) [][]contract.Object {
	t.Helper()
	manifest := read(t, w.files, "runs/"+name+"/manifest.jsonl")
	index, err := contract.ReadIndex(strings.NewReader(read(t, w.files, "runs/"+name+"/manifest.index")))
	if err != nil {
		t.Fatal(err)
	}
	var shards [][]contract.Object
	for _, entry := range index {
		var objects []contract.Object
		bytes := int64(0)
		for object, err := range contract.ReadManifest(strings.NewReader(manifest[entry.Offset:][:entry.Length])) {
			if err != nil {
				t.Fatal(err)
			}
			objects = append(objects, object)
			bytes += object.Size
		}
		if int64(len(objects)) != entry.Objects || bytes != entry.Bytes {
			t.Errorf("a shard has %d objects and %d bytes, and its entry is %+v", len(objects), bytes, entry)
		}
		shards = append(shards, objects)
	}
	return shards
}

func keys(shards [][]contract.Object) []string {
	var keys []string
	for _, object := range slices.Concat(shards...) {
		keys = append(keys, object.Key)
	}
	return keys
}

func wantInvalid(t *testing.T, err error, field, text string) {
	t.Helper()
	// Not errors.As: a wrapped error would have another name in the execution.
	invalid, ok := err.(*contract.InvalidInput)
	if !ok || invalid.Field != field || !strings.Contains(err.Error(), text) {
		t.Errorf("got %T: %v\nwant an InvalidInput of %s that has %q", err, err, field, text)
	}
}

func (w fixture) wantNothingWritten(t *testing.T, before ...string) {
	t.Helper()
	if got := w.files.Keys(runBucket, "runs/"); !slices.Equal(got, before) {
		t.Errorf("got %q, want %q", got, before)
	}
	if uploads := w.files.Uploads(runBucket); uploads != 0 {
		t.Errorf("%d uploads were left unfinished", uploads)
	}
}

func TestAPlanHasEveryObjectOnceWhateverItsKey(t *testing.T) {
	w := newFixture(t)
	want := []string{
		"input/\x01", "input/\n", "input/ ", "input/$.x", "input/%41", "input/+", "input/-rf", "input/..", "input//",
		"input/<&>", "input/a b", `input/\ud800`, "input/é", "input/\u2028", "input/😀", "input/" + strings.Repeat("k", 1018),
	}
	slices.Sort(want)
	w.put(t, append([]string{"input", "inputs/a", "output/a"}, want...)...)

	plan := w.mustPlan(t, "demo", `{}`)
	shards := w.planned(t, "demo")
	if !slices.Equal(keys(shards), want) {
		t.Errorf("got %q, want %q", keys(shards), want)
	}
	bytes := int64(0)
	for _, key := range want {
		bytes += int64(len("content of " + key))
	}
	if !reflect.DeepEqual(plan, contract.Plan{
		BatchInput: contract.BatchInput{Manifest: "s3://workspace/runs/demo/manifest.jsonl", Results: "s3://workspace/runs/demo/results/"},
		Origin:     contract.Origin{Source: contract.SourcePrefix, Address: "s3://files/input/"},
		Shards:     len(shards), Objects: int64(len(want)), Bytes: bytes,
		Forecast:  contract.Forecast{Estimate: contract.Guess(), ShardSeconds: plan.Forecast.ShardSeconds},
		JobsAfter: "1795372140123", // A minute before the run started.
	}) {
		t.Errorf("got %+v for %d objects of %d bytes in %d shards", plan, len(want), bytes, len(shards))
	}
	if len(shards) < 2 {
		t.Errorf("got %d shards, want several", len(shards))
	}
	object := shards[0][0]
	if stored, _ := w.files.Get(inputBucket, object.Key); object.Size != stored.Size || object.ETag != stored.ETag {
		t.Errorf("got %+v, want the size and the ETag of %+v", object, stored)
	}
}

func TestTheInputMayBoundTheShards(t *testing.T) {
	w := newFixture(t)
	for i := range 40 {
		w.put(t, fmt.Sprintf("input/%02d", i))
	}
	// Together they weigh a little more than 40 MiB, of which a shard is worth 4.
	for input, want := range map[string]int{``: 11, `{"shards":3}`: 3, `{"shards":10000}`: 11} {
		if plan := w.mustPlan(t, "demo", input); plan.Shards != want {
			t.Errorf("%s: got %d shards, want %d", input, plan.Shards, want)
		}
	}
}

func TestFoldersAreNoObjectsButFilesThatLookLikeThemAre(t *testing.T) {
	w := newFixture(t)
	for key, content := range map[string]string{"input/": "even if it is not empty", "input/a/": "", "input/a/b/": "content", "input/a/empty": ""} {
		put(t, w.files, key, content)
	}
	w.mustPlan(t, "demo", `null`)
	if got, want := keys(w.planned(t, "demo")), []string{"input/a/b/", "input/a/empty"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAPrefixNarrowsARun(t *testing.T) {
	w := newFixture(t)
	w.put(t, "input/2025/a", "input/2026/a", "input/2026/b", "input/20260")
	w.mustPlan(t, "demo", `{"prefix":"2026/"}`)
	if got, want := keys(w.planned(t, "demo")), []string{"input/2026/a", "input/2026/b"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNothingToDoIsAPlanWithAnEmptyManifestAndIndex(t *testing.T) {
	w := newFixture(t)
	put(t, w.files, "runs/earlier/failed.jsonl", "")
	for name, test := range map[string]struct{ input, origin string }{
		"everything": {`{}`, "s3://files/input/"},
		"prefix":     {`{"prefix":"x/"}`, "s3://files/input/x/"},
		"manifest":   {`{"manifest":"s3://workspace/runs/earlier/failed.jsonl"}`, "s3://workspace/runs/earlier/failed.jsonl"},
	} {
		plan := w.mustPlan(t, name, test.input)
		if plan.Shards != 0 || plan.Objects != 0 || plan.Bytes != 0 || plan.Origin.Address != test.origin {
			t.Errorf("%s: got %+v, want nothing to do, and that it looked at %s", test.input, plan, test.origin)
		}
		if shards := w.planned(t, name); len(shards) != 0 {
			t.Errorf("got %v, want no shards", shards)
		}
	}
}

func TestNamedObjectsArePlannedSorted(t *testing.T) {
	w := newFixture(t)
	var quoted []string
	for i := range 100 {
		key := fmt.Sprintf("input/\n%02d", i)
		w.put(t, key)
		text, _ := json.Marshal(key)
		quoted = append(quoted, string(text))
	}
	slices.Reverse(quoted)
	w.mustPlan(t, "demo", `{"objects":[`+strings.Join(quoted, ",")+`]}`)
	shards := w.planned(t, "demo")
	if got, want := keys(shards), w.files.Keys(inputBucket, "input/"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if object := shards[0][0]; object.Size == 0 || object.ETag == "" {
		t.Errorf("got %+v, want its size and its ETag", object)
	}
}

func TestANamedObjectThatDoesNotExistIsRefusedByName(t *testing.T) {
	for _, status := range []int{http.StatusForbidden, http.StatusNotFound} {
		w := newFixture(t, objectstest.Refuse(http.MethodHead, "/gone", status))
		w.put(t, "input/a", "input/gone but not forgotten")
		_, err := w.ask(t, "demo", `{"objects":["input/a","input/gone"]}`)
		wantInvalid(t, err, "objects", `"input/gone"`)
		w.wantNothingWritten(t)
	}
}

func TestANamedObjectThatMayNotBeReadIsNoMistakeOfTheInput(t *testing.T) {
	w := newFixture(t, objectstest.Refuse(http.MethodHead, "/secret", http.StatusForbidden))
	w.put(t, "input/secret")
	_, err := w.ask(t, "demo", `{"objects":["input/secret"]}`)
	if _, invalid := errors.AsType[*contract.InvalidInput](err); err == nil || invalid {
		t.Errorf("got %v, want an error that is no InvalidInput", err)
	}
	w.wantNothingWritten(t)
}

func TestTheFailuresOfAnEarlierRunAreANewRun(t *testing.T) {
	w := newFixture(t, objectstest.Break("/failed.jsonl", 10))
	put(
		t,
		w.files,
		"runs/old/failed.jsonl",
		`{"key":"input/a","size":3,"etag":"x","reason":"exit code 1","kind":"exit"}`+"\n"+
			`{"key":"input/b\n","size":4,"etag":"y","reason":"gone","kind":"died","deaths":2}`+"\n",
	)
	plan := w.mustPlan(t, "demo", `{"manifest":"s3://workspace/runs/old/failed.jsonl"}`)
	want := []contract.Object{
		{Key: "input/a", Size: 3, ETag: "x", Kind: contract.FailedExit},
		{Key: "input/b\n", Size: 4, ETag: "y", Kind: contract.FailedDied, Deaths: 2},
	}
	if got := slices.Concat(w.planned(t, "demo")...); !slices.Equal(got, want) || plan.Objects != 2 || plan.Bytes != 7 {
		t.Errorf("got %+v and %+v, want %+v", plan, got, want)
	}
}

// Nothing says that such an ETag is an earlier run's, so nothing is skipped by it.
func TestAManifestOfObjectsThatHaveNotFailedIsMadeAgain(t *testing.T) {
	w := newFixture(t)
	put(t, w.files, "runs/old/manifest.jsonl", `{"key":"input/a","size":3,"etag":"x"}`+"\n")
	w.mustPlan(t, "demo", `{"manifest":"s3://workspace/runs/old/manifest.jsonl"}`)
	want := []contract.Object{{Key: "input/a", Size: 3}}
	if got := slices.Concat(w.planned(t, "demo")...); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestAForcedRerunOfFailuresMakesThemWhateverThereIs(t *testing.T) {
	w := newFixture(t)
	put(t, w.files, "runs/old/failed.jsonl", `{"key":"input/a","size":3,"etag":"x","kind":"exit"}`+"\n")
	w.mustPlan(t, "demo", `{"manifest":"s3://workspace/runs/old/failed.jsonl","force":true}`)
	want := []contract.Object{{Key: "input/a", Size: 3, Kind: contract.FailedExit}}
	if got := slices.Concat(w.planned(t, "demo")...); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestAManifestThatCannotBeHonouredIsRefused(t *testing.T) {
	const good = `{"key":"input/a","size":3}` + "\n"
	for _, test := range []struct{ name, manifest, text string }{
		{"a line that is no object", good + `{"key":"input/b","status":"done"}` + "\n", "manifest line 2"},
		{"a key twice", good + good, "manifest line 2"},
		{"a key outside the prefix", good + `{"key":"output/b","size":1}` + "\n", "manifest line 2"},
		{"a file that was cut short", good + `{"key":"inp`, "manifest line 2"},
		{"a broken line behind many parts", strings.Repeat(" ", 20<<20), "manifest line 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newFixture(t)
			put(t, w.files, "runs/old/failed.jsonl", test.manifest)
			_, err := w.ask(t, "demo", `{"manifest":"s3://workspace/runs/old/failed.jsonl"}`)
			wantInvalid(t, err, "manifest", test.text)
			w.wantNothingWritten(t, "runs/old/failed.jsonl")
		})
	}
}

func TestAManifestThatIsNotThereIsRefused(t *testing.T) {
	w := newFixture(t, objectstest.Refuse(http.MethodGet, "/failed.jsonl", http.StatusForbidden))
	_, err := w.ask(t, "demo", `{"manifest":"s3://workspace/runs/old/failed.jsonl"}`)
	wantInvalid(t, err, "manifest", "still there")
	w.wantNothingWritten(t)
}

func TestAnInputThatCannotBeHonouredIsRefusedBeforeAnyRequest(t *testing.T) {
	w := newFixture(t, func(http.Handler) http.Handler {
		return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("asked S3 for %s", r.URL) })
	})
	_, err := w.ask(t, "demo", `{"shards":0}`)
	wantInvalid(t, err, "shards", "0")
	_, err = w.ask(t, "ünï", `{}`)
	wantInvalid(t, err, "name", "ünï")
}

func TestANameThatAnOlderRunHadIsRefused(t *testing.T) {
	for _, left := range []string{"results/0.jsonl", "report.json", "manifest.index", "manifest.jsonl"} {
		w := newFixture(t)
		w.put(t, "input/a", "runs/demo/"+left)
		_, err := w.ask(t, "demo", `{}`)
		wantInvalid(t, err, "name", `"demo"`)
		w.wantNothingWritten(t, "runs/demo/"+left)
	}
	w := newFixture(t)
	w.put(t, "input/a")
	if _, err := w.handle(t.Context(), contract.PlanRequest{Run: "demo", Started: "2026-01-01T00:00:00Z"}); err != nil {
		t.Fatal(err)
	}
	_, err := w.ask(t, "demo", `{}`)
	wantInvalid(t, err, "name", "s3://workspace/runs/demo/")
}

func TestANameThatBeginsLikeAnOlderRunsIsFree(t *testing.T) {
	w := newFixture(t)
	w.put(t, "input/a", "runs/demo-1/report.json")
	w.mustPlan(t, "demo", `{}`)
}

func TestAnAttemptThatWasCutOffIsPlannedAgain(t *testing.T) {
	refused := true
	w := newFixture(
		t,
		objectstest.Answer(http.MethodPut, "/manifest.index", func(rw http.ResponseWriter, r *http.Request, s3 http.Handler) {
			if refused {
				rw.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			s3.ServeHTTP(rw, r)
		}),
	)
	w.put(t, "input/a")
	if _, err := w.ask(t, "demo", `{}`); err == nil {
		t.Fatal("want an error without an index")
	}
	refused = false
	w.put(t, "input/b")
	for range 2 { // The second time the attempt was whole, and only its answer was lost.
		w.mustPlan(t, "demo", `{}`)
		if got, want := keys(w.planned(t, "demo")), []string{"input/a", "input/b"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAnErrorOfS3IsNotTheInputsFaultAndLeavesNoPlan(t *testing.T) {
	for _, test := range []struct {
		name, input string
		fault       s3.Middleware
	}{
		{"list", `{}`, func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
		}},
		{"head", `{"objects":["input/a"]}`, objectstest.Refuse(http.MethodHead, "/a", http.StatusInternalServerError)},
		{"get", `{"manifest":"s3://workspace/runs/old/failed.jsonl"}`, objectstest.Refuse(http.MethodGet, "/failed.jsonl", http.StatusInternalServerError)},
		{"read", `{"manifest":"s3://workspace/runs/old/failed.jsonl"}`, objectstest.Break("/failed.jsonl", 0)},
		{"get a report", ofInventory, objectstest.Refuse(http.MethodGet, "/manifest.json", http.StatusForbidden)},
		{"get a file of a report", ofInventory, objectstest.Refuse(http.MethodGet, ".csv.gz", http.StatusInternalServerError)},
		{"read a report", ofInventory, objectstest.Break("/manifest.json", 0)},
		{"read a file of a report", ofInventory, objectstest.Break(".csv.gz", 0)},
		{"write", `{}`, objectstest.Refuse(http.MethodPut, "/manifest.jsonl", http.StatusInternalServerError)},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newFixture(t, test.fault)
			w.put(t, "input/a")
			put(t, w.files, "runs/old/failed.jsonl", `{"key":"input/a","size":3}`+"\n")
			w.putReport(t, contract.Object{Key: "input/a", Size: 3})
			plan, err := w.ask(t, "demo", test.input)
			if _, invalid := errors.AsType[*contract.InvalidInput](err); err == nil || invalid {
				t.Errorf("got %+v and %v, want an error that is no InvalidInput", plan, err)
			}
			w.wantNothingWritten(t, "runs/old/failed.jsonl")
		})
	}
}

// longKeys are the lines of a manifest that is longer than a part of an upload.
func longKeys() string {
	var lines []byte
	for i := range 9000 {
		key := fmt.Sprintf("input/%0*d", contract.MaxKeyBytes-len("input/"), i)
		lines = contract.AppendObject(lines, contract.Object{Key: key, Size: 1})
	}
	return string(lines)
}

// S3 may answer 200 without having made an upload, or an object of it.
func TestAManifestThatS3OnlySeemsToHaveTakenIsNoPlan(t *testing.T) {
	for _, operation := range []string{"uploads", "uploadId"} {
		w := newFixture(t, objectstest.Empty(operation))
		put(t, w.files, "runs/old/failed.jsonl", longKeys())
		if plan, err := w.ask(t, "demo", `{"manifest":"s3://workspace/runs/old/failed.jsonl"}`); err == nil {
			t.Errorf("%s: got %+v, want an error", operation, plan)
		}
		w.wantNothingWritten(t, "runs/old/failed.jsonl")
	}
}

func TestTheFunctionSpeaksTheContractsJSON(t *testing.T) {
	w := newFixture(t)
	w.put(t, "input/a")
	answer, err := lambda.NewHandler(w.handle).Invoke(t.Context(),
		[]byte(`{"run":"demo","started":"2026-11-22T18:30:00Z","input":{"objects":["input/a"]}}`))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"batch_input":{"manifest":"s3://workspace/runs/demo/manifest.jsonl","results":"s3://workspace/runs/demo/results/"},"origin":{"source":"objects"},"shards":1,"objects":1,"bytes":18,` +
		`"forecast":{"object_seconds":0.25,"gib_seconds":256,"shard_seconds":0.250004},"jobs_after":"1795372140000"}`
	if got := strings.TrimSpace(string(answer)); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
