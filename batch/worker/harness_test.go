package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"batchjobwithlambda/batch/contract"
	fakes3 "batchjobwithlambda/test/account/s3"
)

// The job's objects, outputs and runs are in three buckets.
const (
	inBucket  = "in"
	outBucket = "out"
	runBucket = "runs"
)

// bucketOf is the bucket of the object with the key.
func bucketOf(key string) string {
	switch folder, _, _ := strings.Cut(key, "/"); folder {
	case "input":
		return inBucket
	case "output":
		return outBucket
	default:
		return runBucket
	}
}

// testJob is a job of a run with one shard, against an S3 of its own.
type testJob struct {
	t       *testing.T
	s3      *fakes3.Store
	run     contract.Run
	command []string
	// parameters are the values of the command's.
	parameters contract.Parameters
	// objects is the manifest; those that were put are in S3 as well.
	objects   []contract.Object
	variables map[string]string

	mu       sync.Mutex
	requests []*http.Request
}

// fault is what S3 does instead of, or before, what it should.
type fault func(w http.ResponseWriter, r *http.Request, s3 http.Handler)

// newJob returns a job that runs the command of the test's own; see commands_test.go.
func newJob(t *testing.T, command ...string) *testJob {
	return newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) { s3.ServeHTTP(w, r) }, command...)
}

func newJobWith(t *testing.T, fault fault, command ...string) *testJob {
	t.Helper()
	j := &testJob{t: t, s3: fakes3.NewStore(t.TempDir(), inBucket, outBucket, runBucket), command: testCommand(t, command...)}
	server, err := fakes3.Serve(j.s3, j.record, func(s3 http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fault(w, r, s3) })
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "eu-north-1",
		"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_MAX_ATTEMPTS": "1",
		"AWS_CONFIG_FILE": "none", "AWS_SHARED_CREDENTIALS_FILE": "none", "AWS_CA_BUNDLE": "",
	} {
		t.Setenv(name, value)
	}
	j.variables = contract.WorkSettings{
		Input:        contract.Location{Bucket: inBucket, Prefix: "input/"},
		Output:       contract.Location{Bucket: outBucket, Prefix: "output/"},
		OutputSuffix: ".out",
		Concurrency:  3,
		MemoryMiB:    2048,
		Scratch:      t.TempDir(),
	}.Variables()
	j.asRun("first")
	return j
}

// putStreamed puts an object that is not read as a whole before its command begins, because the
// job has little memory. It has aPart bytes.
func (j *testJob) putStreamed(name string) {
	j.variables["MEMORY_MIB"] = "512"
	j.put(name, strings.Repeat("x", aPart))
}

func (j *testJob) record(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		j.mu.Lock()
		j.requests = append(j.requests, r)
		j.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

// count is how many requests had the method, and a key that begins like this.
func (j *testJob) count(method, prefix string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	count := 0
	for _, r := range j.requests {
		if r.Method == method && strings.HasPrefix(keyOf(r), prefix) {
			count++
		}
	}
	return count
}

// keyOf is the key that a request is about. A request for a key in another bucket than
// its own has none of the keys that a test expects.
func keyOf(r *http.Request) string {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if key != "" && bucket != bucketOf(key) {
		return r.URL.Path
	}
	return key
}

// asRun makes the job that of a run with the given name.
func (j *testJob) asRun(name string) {
	j.t.Helper()
	run, err := contract.NewRun(contract.Location{Bucket: runBucket, Prefix: "runs/"}, name)
	if err != nil {
		j.t.Fatal(err)
	}
	j.run = run
}

// put puts an object below the input prefix, and into the manifest.
func (j *testJob) put(name, content string) contract.Object {
	j.t.Helper()
	put := j.putOnly("input/"+name, content)
	object := contract.Object{Key: "input/" + name, Size: put.Size, ETag: put.ETag}
	j.objects = append(j.objects, object)
	return object
}

func (j *testJob) putOnly(key, content string) fakes3.Object {
	j.t.Helper()
	object, err := j.s3.Put(bucketOf(key), key, strings.NewReader(content), nil)
	if err != nil {
		j.t.Fatal(err)
	}
	return object
}

// plan writes the manifest of the objects and its index, as one shard.
func (j *testJob) plan() {
	j.t.Helper()
	slices.SortFunc(j.objects, func(a, b contract.Object) int { return strings.Compare(a.Key, b.Key) })
	var manifest []byte
	for _, object := range j.objects {
		manifest = contract.AppendObject(manifest, object)
	}
	j.putOnly(j.run.Manifest().Key, string(manifest))
	index := contract.AppendIndexEntry(
		nil,
		contract.IndexEntry{Length: int64(len(manifest)), Objects: int64(len(j.objects))},
	)
	j.putOnly(contract.IndexAddress(j.run.Manifest()).Key, string(index))
}

func (j *testJob) arguments() []string {
	return append([]string{j.run.Manifest().String(), j.run.Results().String(), j.parameters.String()}, j.command...)
}

func (j *testJob) environment() []string {
	var environment []string
	for name, value := range j.variables {
		environment = append(environment, name+"="+value)
	}
	return environment
}

// start plans and runs the job, and returns its exit code and its log.
func (j *testJob) start(ctx context.Context) (code int, log string) {
	j.t.Helper()
	j.plan()
	var stderr bytes.Buffer
	code = run(ctx, j.arguments(), j.environment(), &stderr)
	return code, stderr.String()
}

// finish is start for a job that finishes its shard: it returns the results.
func (j *testJob) finish() []contract.Result {
	j.t.Helper()
	if code, log := j.start(j.t.Context()); code != contract.ExitDone {
		j.t.Fatalf("got exit code %d, want 0; the log:\n%s", code, log)
	}
	return j.results()
}

// isFinished reports whether the shard has its result.
func (j *testJob) isFinished() bool {
	_, ok := j.s3.Get(runBucket, contract.ResultAddress(j.run.Results(), 0).Key)
	return ok
}

func (j *testJob) results() []contract.Result {
	j.t.Helper()
	file, err := j.s3.Read(runBucket, contract.ResultAddress(j.run.Results(), 0).Key)
	if err != nil {
		j.t.Fatal(err)
	}
	var results []contract.Result
	for result, err := range contract.ReadResults(bytes.NewReader(file)) {
		if err != nil {
			j.t.Fatal(err)
		}
		results = append(results, result)
	}
	return results
}

// wantResults compares the results, and that nothing stays on the disk or half in S3.
func (j *testJob) wantResults(want ...contract.Result) {
	j.t.Helper()
	got := j.finish()
	for i := range got { // Which no test can know.
		got[i].Milliseconds, got[i].PeakBytes = 0, 0
		j.checkOutputETag(got[i])
		got[i].OutputETag = ""
	}
	if !slices.Equal(got, want) {
		j.t.Errorf("got results\n%+v, want\n%+v", got, want)
	}
	j.wantCleanedUp()
}

// checkOutputETag checks that an ETag of an output is that of the output, or of the list of outputs, that
// is there, and that the result of no failure has one.
func (j *testJob) checkOutputETag(result contract.Result) {
	j.t.Helper()
	if result.OutputETag == "" {
		return
	}
	name := strings.TrimPrefix(result.Key, "input/")
	for _, key := range slices.Concat(j.s3.Keys(outBucket, "output/"+name), j.s3.Keys(outBucket, "output/_outputs/"+name)) {
		if output, _ := j.s3.Get(outBucket, key); output.ETag == result.OutputETag && result.Status != contract.Failed {
			return
		}
	}
	j.t.Errorf("got the result %+v, want the ETag of an output that is there", result)
}

func (j *testJob) wantCleanedUp() {
	j.t.Helper()
	for _, bucket := range []string{outBucket, runBucket} {
		if uploads := j.s3.Uploads(bucket); uploads != 0 {
			j.t.Errorf("%d unfinished uploads are left in the bucket %s", uploads, bucket)
		}
	}
	if left, err := os.ReadDir(j.variables["SCRATCH"]); err != nil || len(left) != 0 {
		j.t.Errorf("the scratch directory has %v (%v), want nothing", left, err)
	}
}

func (j *testJob) wantOutput(name, content string) {
	j.t.Helper()
	got, err := j.s3.Read(outBucket, "output/"+name+".out")
	if err != nil {
		j.t.Error(err)
	} else if string(got) != content {
		j.t.Errorf("output of %q: got %d bytes %.60q, want %d bytes %.60q", name, len(got), got, len(content), content)
	}
}

// wantOutputs compares the names of the outputs that there are.
func (j *testJob) wantOutputs(names ...string) {
	j.t.Helper()
	var got []string
	for _, key := range j.s3.Keys(outBucket, "output/") {
		got = append(got, strings.TrimSuffix(strings.TrimPrefix(key, "output/"), ".out"))
	}
	if !slices.Equal(got, names) {
		j.t.Errorf("got outputs %q, want %q", got, names)
	}
}

// answer is S3's error.
func answer(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code><Message>by the test</Message></Error>", code)
}

// lines decodes a log.
func lines(t *testing.T, log string) []map[string]any {
	t.Helper()
	var lines []map[string]any
	for scanner := bufio.NewScanner(strings.NewReader(log)); scanner.Scan(); {
		var line map[string]any
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
			t.Fatalf("the log has a line that is not JSON: %q", scanner.Text())
		}
		lines = append(lines, line)
	}
	return lines
}

func scratchOf(t *testing.T, name string) string { return filepath.Join(t.TempDir(), name) }
