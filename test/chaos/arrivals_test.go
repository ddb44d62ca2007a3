package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/events"
	"batchjobwithlambda/test/account/sqs/sqstest"
)

const (
	// forEver is longer than the lock of any run here may hold.
	forEver = 100 * 365 * 24 * time.Hour
	// betweenStarts is how long it is from one start to the next, and hidden how long a message is that
	// was received and not deleted.
	betweenStarts = 5 * time.Minute
	hidden        = 6 * time.Minute
	// unreadable is a message that tells of no object.
	unreadable = "no JSON"
)

// arrivals is a queue that tells of objects, and a clock that goes on from start to start.
type arrivals struct {
	*sqstest.Queue

	mu  sync.Mutex
	now time.Time
}

func newArrivals() (*arrivals, error) {
	a := &arrivals{now: time.Now()}
	var err error
	a.Queue, err = sqstest.New(hidden, a.time)
	return a, err
}

func (a *arrivals) time() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.now
}

func (a *arrivals) pass(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.now = a.now.Add(d)
}

// serveQueue answers the requests to the queue, if there is one.
func (f *fixture) serveQueue(s3 http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f.arrivals == nil {
			s3.ServeHTTP(w, r)
			return
		}
		f.arrivals.ServeBefore(s3).ServeHTTP(w, r)
	})
}

// tell has the queue told of an object, with the ETag that it has now or had before.
func (f *fixture) tell(name, etag string) error {
	object := events.Created(bucket, "input/"+name, etag, 1)["detail"].(map[string]any)["object"]
	body, err := json.Marshal(object)
	if err != nil {
		return err
	}
	return f.arrivals.Tell(string(body))
}

// arrive puts an input, and has the queue told of it as often.
func (f *fixture) arrive(name, content string, times int) error {
	if err := f.put(name, content); err != nil {
		return err
	}
	object, _ := f.s3.Get(bucket, "input/"+name)
	for range times {
		if err := f.tell(name, object.ETag); err != nil {
			return err
		}
	}
	return nil
}

// deliveries are ways in which messages come.
var deliveries = map[string]func(f *fixture) error{
	"each once": func(f *fixture) error {
		return firstError(f.arrive("a", "one", 1), f.arrive("b", "two", 1), f.arrive("c", "three", 1))
	},
	"each twice": func(f *fixture) error {
		return firstError(f.arrive("a", "one", 2), f.arrive("b", "two", 2), f.arrive("c", "three", 2))
	},
	"overwritten, and told in the wrong order": func(f *fixture) error {
		err := f.arrive("a", "one", 0)
		old, _ := f.s3.Get(bucket, "input/a")
		return firstError(err, f.arrive("a", "two", 1), f.tell("a", old.ETag), f.arrive("b", "three", 1))
	},
	"deleted meanwhile": func(f *fixture) error {
		err := firstError(f.arrive("a", "one", 1), f.arrive("b", "two", 1))
		f.remove("a")
		return err
	},
	"more while a run goes on, and one that tells nothing": func(f *fixture) error {
		var once sync.Once
		f.planned = func(_ context.Context, f *fixture, _ contract.Plan) {
			once.Do(func() {
				if err := firstError(f.arrive("c", "three", 1), f.arrive("a", "new", 1)); err != nil {
					f.report(wrong, "%v", err)
				}
			})
		}
		return firstError(f.arrive("a", "one", 1), f.arrive("b", "two", 1),
			f.arrivals.Tell(unreadable))
	},
}

// step is a request of the planner's, by what it is about.
type step struct {
	name string
	is   func(r *http.Request) bool
	// number is which of them, from 1.
	number int32
}

func (s step) String() string { return fmt.Sprintf("%s %d", s.name, s.number) }

func calls(operation string) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.Header.Get("X-Amz-Target") == "AmazonSQS."+operation }
}

func about(method, key string) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.Method == method && strings.Contains(keyOf(r), key) }
}

var steps = []step{
	{"look for a plan", about(http.MethodHead, "manifest.jsonl"), 1},
	{"count messages", calls("GetQueueAttributes"), 1},
	{"list", func(r *http.Request) bool { return operation(r) == "list" }, 1},
	{"take the lock", about(http.MethodPut, "lock.json"), 1},
	{"receive", calls("ReceiveMessage"), 1},
	{"receive", calls("ReceiveMessage"), 2},
	{"look at an object", about(http.MethodHead, "input/"), 1},
	{"look at an object", about(http.MethodHead, "input/"), 2},
	{"write the manifest", about(http.MethodPut, "manifest.jsonl"), 1},
	{"write the index", about(http.MethodPut, "manifest.index"), 1},
	{"delete messages", calls("DeleteMessageBatch"), 1},
}

// trouble is what happens to a planner of arrivals at one of its requests.
type trouble struct {
	delivery string
	step
	// killed is whether the function is killed there, which has it run again; else the request is
	// refused, and the function fails.
	killed bool
	// done is whether the request has its effect before.
	done bool
}

func (t trouble) String() string {
	what, when := "refused", "before"
	if t.killed {
		what = "killed"
	}
	if t.done {
		when = "after"
	}
	return fmt.Sprintf("%s/%s %s %s", t.delivery, what, when, t.step)
}

func (t trouble) harm(f *fixture, strikes *atomic.Int32) fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if f.isRunning() != "preprocess" || !t.is(r) || strikes.Add(1) != t.number {
			next.ServeHTTP(w, r)
			return
		}
		if t.done {
			next.ServeHTTP(httptest.NewRecorder(), r)
		}
		_, _ = io.Copy(io.Discard, r.Body)
		if !t.killed {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		f.signal(syscall.SIGKILL)
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	}
}

// startArrivals is what the schedule and the workflow do each time: nothing, if the planner finds nothing.
func (f *fixture) startArrivals(ctx context.Context, number int) {
	name := fmt.Sprintf("arrivals-%d", number)
	e := execution{name: name, input: `{"arrivals":true,"unless_running":true}`}
	e.plan, e.err = f.plan(ctx, name, e.input)
	switch {
	case e.err != nil:
		f.reportNoPlan(ctx, name)
	case e.plan.Idle == "":
		f.suffer(nil)
		if f.planned != nil {
			f.planned(ctx, f, e.plan)
		}
		f.finish(ctx, e, f.job(ctx, e.plan))
	}
}

// reportNoPlan has the run that could not be planned reported, which gives its lock back.
func (f *fixture) reportNoPlan(ctx context.Context, name string) {
	_, err := invoke[contract.Summary](ctx, f, f.collect, collectSettings.Variables(), contract.CollectRequest{
		Run: name, Started: started, Job: contract.Job{Command: f.command},
		State: json.RawMessage(`{"Error": "Failed", "Cause": "injected"}`),
	})
	if err != nil {
		f.report(wrong, "%s: %v", name, err)
	}
}

func (t trouble) try(ctx context.Context, p executables) ([]finding, error) {
	f, err := newFixture(p, "cat")
	if err != nil {
		return nil, err
	}
	defer f.close()
	if f.arrivals, err = newArrivals(); err != nil {
		return nil, err
	}
	if err := deliveries[t.delivery](f); err != nil {
		return nil, err
	}
	var strikes atomic.Int32
	f.suffer(t.harm(f, &strikes))
	// One in trouble, one while its messages are hidden, one that has them, and two for what arrives then.
	const starts = 5
	for number := range starts {
		f.startArrivals(ctx, number)
		f.suffer(nil)
		f.arrivals.pass(betweenStarts)
	}
	if strikes.Load() < t.number {
		f.report(wrong, "the planner never came to %s", t.step)
	}
	f.auditArrivals()
	return f.found, nil
}

// auditArrivals looks for objects that no run has done, or that were done more often than they
// were written, and for messages that are left.
func (f *fixture) auditArrivals() {
	f.compare()
	for _, body := range f.arrivals.Left() {
		if body != unreadable {
			f.report(wrong, "the queue still has %s", body)
		}
	}
	times := map[string]int{}
	for stored, n := range f.stored {
		_, output, _ := strings.Cut(stored, " ")
		times[output] += n
	}
	for output, n := range times {
		if n > len(f.may[output]) {
			f.report(duplicated, "%s was made %d times of %d versions", output, n, len(f.may[output]))
		}
	}
}

// troubles are either kind of trouble at each step of each delivery.
func troubles() []trouble {
	var list []trouble
	for delivery := range deliveries {
		for _, step := range steps {
			for _, killed := range []bool{false, true} {
				for _, done := range []bool{false, true} {
					list = append(list, trouble{delivery, step, killed, done})
				}
			}
		}
	}
	return list
}

func TestWhatArrivesIsDoneOnceWhateverHappensToThePlanner(t *testing.T) {
	tryAll(t, "a planner in trouble with the queue", troubles())
}
