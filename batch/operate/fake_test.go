package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/s3"
	"batchjobwithlambda/test/wire"
)

const (
	bucket  = "files"
	machine = "arn:aws:states:eu-north-1:111122223333:stateMachine:Workflow"

	// arrivals is the URL of the queue that is told what arrives.
	arrivals = "https://sqs.eu-north-1.amazonaws.com/111122223333/BatchJobWithLambda-dev-arrivals"

	definitionARN = "arn:aws:batch:eu-north-1:111122223333:job-definition/definition:1"
)

// noon is when the fake's clock begins.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// fake is an account of AWS with a pipeline in it, which answers over HTTP.
type fake struct {
	store *s3.Store

	mu  sync.Mutex
	now time.Time
	// passes is called when time has passed.
	passes func()

	outputs    map[string]string
	executions []*execution
	jobs       map[string]*job
	health

	// url is where it answers.
	url string
	// may are the permissions of the verb that is typed; whatever else is asked for is refused.
	may []permission
	// refuses answers an operation with an error, throttled only the first time.
	refuses   map[string]wire.Refusal
	throttled map[string]bool
	// actions are what was asked, as IAM names them, and the time of each.
	actions []string
	times   []time.Time
}

// operation answers a request of one kind. The request is as the protocol has it.
type operation func(f *fake, request map[string]any) (any, error)

// newFake returns an account, which the environment of the test leads to.
func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{
		store: s3.NewStore(t.TempDir(), bucket),
		now:   noon,
		outputs: map[string]string{
			"MainStateMachine":  machine,
			"MainJobDefinition": definitionARN,
			"MainJobLogs":       "/jobs",
			"MainPlanSettings":  "INPUT=s3://files/input/ OUTPUT=s3://files/output/ MAX_SHARDS=100 RUNS=s3://files/runs/ SHARD_TIME=10m0s SHARD_BYTES=1024 JOB_DISK_GIB=20 RUN_LIMIT=1h0m0s ARRIVALS=" + arrivals,
		},
		jobs: map[string]*job{},

		health:    healthy(),
		refuses:   map[string]wire.Refusal{},
		throttled: map[string]bool{},
	}
	files, err := s3.Serve(f.store)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	server := httptest.NewServer(f.handler(files))
	t.Cleanup(server.Close)
	f.url = server.URL
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL":            server.URL,
		"AWS_REGION":                  "eu-north-1",
		"AWS_ACCESS_KEY_ID":           "id",
		"AWS_SECRET_ACCESS_KEY":       "secret",
		"AWS_CONFIG_FILE":             "/dev/null",
		"AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
	} {
		t.Setenv(name, value)
	}
	return f
}

// Now is the fake's time.
func (f *fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Pause lets time pass at once.
func (f *fake) Pause(ctx context.Context, d time.Duration) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
	if f.passes != nil {
		f.passes()
	}
	return ctx.Err()
}

// typed does what the words say, and returns what was printed, and the exit code.
func (f *fake) typed(t *testing.T, words ...string) (out, messages string, code int) {
	t.Helper()
	return f.typedUntil(t.Context(), words...)
}

func (f *fake) typedUntil(ctx context.Context, words ...string) (out, messages string, code int) {
	f.may = permissionsOf[words[0]]
	var stdout, stderr bytes.Buffer
	code = operate(ctx, words, &stdout, &stderr, f)
	return stdout.String(), stderr.String(), code
}

// handler answers calls, and requests to S3.
func (f *fake) handler(files http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		call, err := wire.ReadCall(r)
		switch {
		case err != nil:
			http.Error(w, err.Error(), http.StatusInternalServerError)
		case call == nil && r.URL.Path == "/image-config": // Its URL is all that it takes.
			f.bucketCall(w, r)
		case call == nil:
			f.answerS3(w, r, files)
		default:
			f.answer(w, *call)
		}
	})
}

// answerS3 answers a request to S3.
func (f *fake) answerS3(w http.ResponseWriter, r *http.Request, files http.Handler) {
	action, resource := s3Call(r)
	f.count(action)
	if refused, ok := f.refuses[strings.TrimPrefix(action, "s3:")]; ok || !f.mayDo(action, resource) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", cmp.Or(refused.Code, "AccessDenied"), action)
		return
	}
	if !f.bucketCall(w, r) {
		files.ServeHTTP(w, r)
	}
}

// mayDo reports whether the verb that is typed has a permission for it.
func (f *fake) mayDo(action, resource string) bool {
	return slices.ContainsFunc(f.may, func(p permission) bool { return p.allows(action, resource) })
}

func (f *fake) count(action string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.actions, f.times = append(f.actions, action), append(f.times, f.now)
}

func (f *fake) answer(w http.ResponseWriter, call wire.Call) {
	found, ok := operations[strings.ToLower(call.Operation)]
	if !ok {
		http.Error(w, "no operation "+call.Operation, http.StatusNotImplemented)
		return
	}
	action, resource := call.Service+":"+found.name, "*"
	if of, ok := arnOf[found.name]; ok {
		resource = of(call.Request)
	}
	f.count(action)
	if !f.mayDo(action, resource) {
		wire.Refuse(w, call.Protocol, wire.Refusal{
			Code: "AccessDeniedException", Message: "not authorized to perform: " + action + " on resource: " + resource,
		})
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	refused, ok := f.refuses[found.name]
	if f.throttled[found.name] {
		delete(f.throttled, found.name)
		refused, ok = wire.Refusal{Code: "ThrottlingException", Message: "Rate exceeded"}, true
	}
	if ok {
		wire.Refuse(w, call.Protocol, refused)
		return
	}
	output, err := found.do(f, call.Request)
	wire.Answer(w, call.Protocol, found.name, output, err)
}

// put puts a file of a run into the bucket.
func (f *fake) put(t *testing.T, address contract.Address, content []byte) {
	t.Helper()
	if _, err := f.store.Put(address.Bucket, address.Key, bytes.NewReader(content), nil); err != nil {
		t.Fatal(err)
	}
}

// lock gives the run the lock of its pipeline, and returns where that is.
func (f *fake) lock(t *testing.T, run string) contract.Address {
	t.Helper()
	address := contract.LockAddress(contract.Location{Bucket: bucket, Prefix: "runs/"})
	f.put(t, address, []byte(`{"run":"`+run+`","until":"2100-01-01T00:00:00Z"}`))
	return address
}

// leaveReport leaves the report of a run in which as many objects failed.
func (f *fake) leaveReport(t *testing.T, name string, failed int64) {
	t.Helper()
	run := contract.Run{Runs: contract.Location{Bucket: bucket, Prefix: "runs/"}, ID: name}
	report := contract.Report{
		Run: name, Environment: "dev", Pipeline: "main", Outcome: contract.Succeeded,
		Objects: 10, Done: 10 - failed, Failed: failed, Shards: 2, Command: []string{"gzip"},
		Performance: contract.Performance{JobSeconds: 3600},
	}
	if failed > 0 {
		report.Outcome, report.FailedManifest = contract.RunFailed, run.Failed().String()
		var manifest []byte
		for i := range failed {
			key := "input/" + string(rune('a'+i))
			manifest = contract.AppendObject(manifest, contract.Object{Key: key, Size: 1, Reason: "exit code 1: bad"})
		}
		f.put(t, run.Failed(), manifest)
	}
	text, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	f.put(t, run.Report(), text)
}

// number reads a number of a request, or the other one if there is none.
func number(request map[string]any, name string, other int) int {
	n, _ := request[name].(float64)
	return cmp.Or(int(n), other)
}
