package chaos

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"batchjobwithlambda/batch/contract"
)

const (
	// guilty is the object at which the worker dies; its neighbours are worked on meanwhile.
	guilty = "input/b"
	// workerOf is, to a command, the process of its worker: the parent of its launcher.
	workerOf = `$(awk '/^PPid:/ { print $2 }' /proc/$PPID/status)`
)

// moment is when the worker dies on its way with an object: each is between two of its stages.
type moment struct {
	name string
	// request is at which request it dies; nil if its command kills it.
	request func(*http.Request) bool
	// done is whether S3 does what it is asked before, and heard whether it answers.
	done, heard bool
	// before and after are what the command does then.
	before, after string
	// made is whether the object has its output by then.
	made bool
	// folder is whether the command makes a folder of outputs, and batch whether it works on many
	// objects at once; fails is whether it fails then because of one object more.
	folder, batch, fails bool
	// further is whether the command has a further input for each object.
	further bool
}

const killWorker = `[ "$OBJECT_KEY" = ` + guilty + ` ] && TAKE && { kill -SIGNAL ` + workerOf + `; exec sleep 60; }; `

var moments = []moment{
	{name: "asked for", request: asks("get", guilty)},
	{name: "fetched", request: asks("get", guilty), done: true, heard: true},
	{name: "running", before: killWorker},
	{name: "made", after: killWorker},
	{name: "sending", request: asks("put", outputKey(guilty))},
	{name: "sent", request: asks("put", outputKey(guilty)), done: true, made: true},
	{name: "recorded", request: asks("put", "results/0.jsonl"), made: true},
	{name: "running a batch", before: killWorker, batch: true},
	{name: "made in a batch", after: killWorker, batch: true},
	{name: "fetched for a batch", request: asks("get", guilty), done: true, heard: true, batch: true},
	{name: "sent of a batch", request: asks("put", outputKey(guilty)), done: true, made: true, batch: true},
	{name: "sending one of a batch that failed", request: asks("put", outputKey(guilty)), batch: true, fails: true},
	{
		name: "sent one of a batch that failed", request: asks("put", outputKey(guilty)), done: true, made: true,
		batch: true, fails: true,
	},
	{name: "asked for a further input", request: asks("get", furtherOf(guilty)), further: true},
	{name: "fetched a further input", request: asks("get", furtherOf(guilty)), done: true, heard: true, further: true},
	{name: "running to a folder", before: killWorker, folder: true},
	{name: "sending the last of a folder", request: asks("put", folderOf(guilty)+"1"), folder: true},
	{name: "sent the last of a folder", request: asks("put", folderOf(guilty)+"1"), done: true, heard: true, folder: true},
	{name: "listing a folder", request: asks("put", listKey(guilty)), folder: true},
	{name: "listed a folder", request: asks("put", listKey(guilty)), done: true, made: true, folder: true},
}

func asks(what, of string) func(*http.Request) bool {
	return func(r *http.Request) bool { return operation(r) == what && strings.HasSuffix(keyOf(r), of) }
}

// death is an execution in which the worker dies at an object, or is told to stop there, once
// or at each attempt.
type death struct {
	moment
	signal syscall.Signal
	always bool
}

func (d death) String() string {
	often := "once"
	if d.always {
		often = "always"
	}
	return fmt.Sprintf("%s/%v/%s", d.name, d.signal, often)
}

// command copies, and kills its worker if that is the moment, as long as the folder is there.
func (d death) command(armed string) []string {
	take := "rmdir " + armed + " 2>/dev/null"
	if d.always {
		take = "[ -e " + armed + " ]"
	}
	before, work, after, arguments := d.before, "cat; ", d.after, []string{"sh"}
	switch {
	case d.folder:
		work, arguments = `cat > "$1/0"; echo > "$1/1"; `, []string{"sh", contract.OutDir}
	case d.further:
		work, arguments = `echo "$1"; cat "$2" "$3"; `, []string{"sh", "{column.mark}", contract.InFile, "{in2}"}
	case d.batch:
		before = `out=$1; shift; for f; do OBJECT_KEY=input/${f##*/}; ` + before
		work, arguments = `cp "$f" "$out/"; `, []string{"sh", contract.OutDir, contract.InFiles}
		after += `done; grep -q bad "$@" && exit 1; `
	}
	script := strings.NewReplacer("TAKE", take, "SIGNAL", fmt.Sprintf("%d", d.signal)).
		Replace(before + work + after + "true")
	return append([]string{"sh", "-c", script}, arguments...)
}

// harm kills the worker at its request, and counts how often.
func (d death) harm(f *fixture, strikes *atomic.Int32) fault {
	return func(rw http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if d.request == nil || f.isRunning() != "worker" || !d.request(r) || strikes.Add(1) > 1 && !d.always {
			s3.ServeHTTP(rw, r)
			return
		}
		switch {
		case d.heard:
			s3.ServeHTTP(rw, r)
			f.signal(d.signal)
			return
		case d.done:
			s3.ServeHTTP(httptest.NewRecorder(), r)
		}
		_, _ = io.Copy(io.Discard, r.Body)
		f.signal(d.signal)
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	}
}

func (d death) try(ctx context.Context, p executables) ([]finding, error) {
	armed, err := os.MkdirTemp(folder, "armed-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(armed)
	return scene{command: d.command(armed), prepare: func(_ context.Context, f *fixture) (string, error) {
		if d.fails {
			if err := f.put("d", "bad"); err != nil {
				return "", err
			}
		}
		err := firstError(f.put("a", "first"), f.put("b", "second"), f.put("c", "third"))
		if err != nil || !d.further {
			return `{}`, err
		}
		return ofCSV, f.listAll(0)
	}}.play(ctx, p, func(f *fixture, input string) execution {
		var strikes atomic.Int32
		f.attempts = 5
		f.suffer(d.harm(f, &strikes))
		e := f.execute(ctx, "run", input)
		_ = os.RemoveAll(armed)
		d.judge(f, e, strikes.Load())
		return e
	})
}

// judge holds the report against what has to become of the objects.
func (d death) judge(f *fixture, e execution, strikes int32) {
	f.auditDone(e)
	if d.request != nil && strikes == 0 {
		f.report(wrong, "the worker never came to the moment")
	}
	want, failed := contract.FailureKind(""), int64(0)
	switch {
	case !d.always || d.made:
	case d.signal == syscall.SIGKILL:
		want, failed = contract.FailedDied, 1
		if d.request != nil && strikes != contract.MaxDeaths {
			f.report(wrong, "the worker died %d times of one object, want %d", strikes, contract.MaxDeaths)
		}
	default: // A job that is told to stop each time blames nobody, and never comes to an end.
		want = contract.FailedNotReached
	}
	r := e.report
	if d.fails { // Its command fails on one of them.
		r.Failed--
	}
	if e.err != nil || want == "" && r.Failed != 0 || failed > 0 && r.Failed != failed {
		f.report(lost, "%v, %d objects failed: %+v", e.err, r.Failed, r.FirstFailures)
	}
	for _, object := range r.FirstFailures {
		if object.Key == guilty && object.Kind != want {
			f.report(wrong, "%s failed because %s (%s), want %s", guilty, object.Reason, object.Kind, want)
		}
	}
}

// die has the first attempt of the only shard die when it has made one output, and before it
// knows.
func (f *fixture) die(ctx context.Context, plan contract.Plan) {
	f.mu.Lock()
	harm := f.harm
	f.mu.Unlock()
	var made atomic.Bool
	f.suffer(func(rw http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if operation(r) != "put" || !strings.HasPrefix(keyOf(r), "output/") {
			s3.ServeHTTP(rw, r)
			return
		}
		if !made.Swap(true) {
			s3.ServeHTTP(httptest.NewRecorder(), r)
			f.signal(syscall.SIGKILL)
		}
		panic(http.ErrAbortHandler)
	})
	f.attempt(ctx, plan, 0, 1)
	f.suffer(harm)
	f.begun = 1
	f.attempts++
}

// allDeaths are each moment with either signal, once and always.
func allDeaths() []death {
	var deaths []death
	for _, moment := range moments {
		for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
			deaths = append(deaths, death{moment, signal, false}, death{moment, signal, true})
		}
	}
	return deaths
}

func TestAWorkerThatDiesAtAnObjectLosesNothingAndDiesOfItTwiceAtMost(t *testing.T) {
	tryAll(t, "SIGTERM and SIGKILL between the stages of an object", allDeaths())
}
