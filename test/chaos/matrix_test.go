package chaos

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/inventory"
)

// scene is what there is before a run, and what the run is asked to do.
type scene struct {
	command []string
	// prepare makes it, and returns the execution's input.
	prepare func(ctx context.Context, f *fixture) (input string, err error)
	// planned happens once the run is planned; nil is nothing.
	planned func(ctx context.Context, f *fixture, plan contract.Plan)
}

// play runs the execution against an S3 of its own, then does what a person does after it, and
// returns what must not be.
func (s scene) play(
	ctx context.Context,
	p executables,
	execute func(f *fixture, input string) execution,
) ([]finding, error) {
	f, err := newFixture(p, s.command...)
	if err != nil {
		return nil, err
	}
	defer f.close()
	input, err := s.prepare(ctx, f)
	if err != nil {
		return nil, err
	}
	f.planned = s.planned
	e := execute(f, input)
	f.planned = nil
	f.mend(ctx, e)
	return f.found, nil
}

// noise is content that cannot be compressed, and is the same each time.
func noise(length int, seed uint64) string {
	random := rand.NewChaCha8([32]byte{byte(seed)})
	content := make([]byte, length)
	random.Read(content)
	return string(content)
}

var (
	// gzip is the command of the pipeline as it comes, but for the time of the object, which only a file has.
	gzip = []string{"gzip", "-9", "-n"}
	// cat is for large objects, which gzip would take long for.
	cat = []string{"cat"}
	// failing fails in the midst of an object with a bad line.
	failing = []string{"sh", "-c", `while read -r line; do echo "$line"; [ "$line" != bad ] || exit 1; done`}
	// splitting makes an output of each line.
	splitting = []string{"sh", "-c", `i=0; while read -r line; do echo "$line" > "$1/$i"; i=$((i+1)); done`, "sh", "{outdir}"}
	// copying copies many objects at once.
	copying = []string{
		"sh", "-c", `out=$1; shift; for f; do n=${f##*/}; cp "$f" "$out/${n%%.*}.copy"; done`, "sh", "{outdir}", "{in...}",
	}
	// stumbling copies many objects at once, in two steps, and fails at a bad one between them: by then each of
	// the objects has an output, and none that comes after the bad one has a whole one.
	stumbling = []string{
		"sh", "-c", `out=$1; shift; for f; do n=${f##*/}; head -c 5 "$f" > "$out/${n%%.*}.copy"; done
for f; do grep -q bad "$f" && exit 1; n=${f##*/}; cp "$f" "$out/${n%%.*}.copy"; done`, "sh", "{outdir}", "{in...}",
	}
)

func someObjects(_ context.Context, f *fixture) (string, error) {
	for name, content := range map[string]string{"a.txt": strings.Repeat("a line\n", 500), "b empty": "", "ç": noise(3000, 1)} {
		if err := f.put(name, content); err != nil {
			return "", err
		}
	}
	return `{}`, nil
}

// foldersScene has a folder of outputs of an earlier version of its object, and one that is new.
const foldersScene = "folders of outputs"

// batchScene has objects that one process works on.
const batchScene = "a batch"

// failingBatchScene has objects that one process fails to work on, because of one of them.
const failingBatchScene = "a batch that fails"

// nightScene has objects that an earlier run has done, one whose output is gone, one that has changed, and one
// that is new.
const nightScene = "a nightly run"

var scenes = map[string]scene{
	nightScene: {command: gzip, prepare: func(ctx context.Context, f *fixture) (string, error) {
		_, err := someObjects(ctx, f)
		f.execute(ctx, "before", `{}`)
		f.s3.Delete(bucket, outputKey("input/b empty"))
		return `{}`, firstError(err, f.put("ç", noise(3000, 4)), f.put("d", "new\n"))
	}},
	"new objects": {command: gzip, prepare: someObjects},
	"named objects": {command: gzip, prepare: func(ctx context.Context, f *fixture) (string, error) {
		_, err := someObjects(ctx, f)
		return `{"objects":["input/a.txt","input/b empty","input/ç"]}`, err
	}},
	"objects that are done, and not quite": {command: gzip, prepare: func(ctx context.Context, f *fixture) (string, error) {
		_, err := someObjects(ctx, f)
		if err := firstError(err, f.use("gzip", "-1", "-n")); err != nil {
			return "", err
		}
		f.execute(ctx, "before", `{}`)
		if err := f.use(gzip...); err != nil {
			return "", err
		}
		f.execute(ctx, "since", `{"objects":["input/a.txt","input/ç"]}`)
		return `{}`, f.put("ç", noise(3000, 4))
	}},
	"the failures of an earlier run": {command: gzip, prepare: func(ctx context.Context, f *fixture) (string, error) {
		_, err := someObjects(ctx, f)
		failures := f.failures("a.txt", "b empty", "ç")
		_, failed := f.s3.Put(bucket, "runs/before/failed.jsonl", strings.NewReader(failures), nil)
		f.execute(ctx, "since", `{"objects":["input/a.txt","input/ç"]}`)
		return `{"manifest":"s3://bucket/runs/before/failed.jsonl"}`, firstError(err, failed, f.put("ç", noise(3000, 4)))
	}},
	"an inventory": {command: gzip, prepare: func(ctx context.Context, f *fixture) (string, error) {
		_, err := someObjects(ctx, f)
		report := f.inventory()
		return `{"inventory":"s3://` + inventories + `/` + report.ManifestKey() + `"}`, firstError(
			err,
			f.putInventory(report),
		)
	}},
	"a list": {command: gzip, prepare: func(ctx context.Context, f *fixture) (string, error) {
		_, err := someObjects(ctx, f)
		_, listed := f.s3.Put(bucket, "lists/three.csv", strings.NewReader("key\ninput/ç\ninput/b empty\ninput/a.txt\n"), nil)
		return `{"list":"s3://bucket/lists/three.csv"}`, firstError(err, listed)
	}},
	"a run that was planned before": {command: gzip, prepare: func(ctx context.Context, f *fixture) (string, error) {
		_, err := someObjects(ctx, f)
		_, planned := f.plan(ctx, "run", `{}`)
		return `{}`, firstError(err, planned)
	}},
	"objects that fail": {command: failing, prepare: func(_ context.Context, f *fixture) (string, error) {
		return `{}`, firstError(f.put("a", "good\n"), f.put("b", "this goes\n"), f.put("c", "good\nbad\ngood\n"))
	}, planned: func(_ context.Context, f *fixture, _ contract.Plan) { f.remove("b") }},
	"a job that died": {command: gzip, prepare: someObjects, planned: func(ctx context.Context, f *fixture, plan contract.Plan) {
		f.die(ctx, plan)
	}},
	"a job that died for good": {
		command: gzip, prepare: someObjects, planned: func(ctx context.Context, f *fixture, plan contract.Plan) {
			f.die(ctx, plan)
			f.begun = f.attempts
		},
	},
	batchScene: {command: copying, prepare: someObjects},
	failingBatchScene: {command: stumbling, prepare: func(ctx context.Context, f *fixture) (string, error) {
		_, err := someObjects(ctx, f)
		return `{}`, firstError(err, f.put("b bad", "good\nbad\ngood\n"))
	}},
	foldersScene: {
		command: splitting, prepare: func(ctx context.Context, f *fixture) (string, error) {
			if err := firstError(f.put("a", "a 1\na 2\na 3\n"), f.put("b", "b 1\nb 2\n")); err != nil {
				return "", err
			}
			f.execute(ctx, "before", `{"objects":["input/a"]}`)
			return `{}`, f.put("a", "A 1\nA 2\n")
		},
	},
	listScene:     {command: joining, prepare: someRows},
	doneListScene: {command: joining, prepare: rowsThatAreDone},
	"a large object": {command: cat, prepare: func(_ context.Context, f *fixture) (string, error) {
		return `{}`, firstError(f.put("large", largeContent), f.put("small", "small"))
	}},
}

// failures is a list of the objects as ones that failed, as they are now.
func (f *fixture) failures(names ...string) string {
	var list []byte
	for _, name := range names {
		stored, _ := f.s3.Get(bucket, "input/"+name)
		list = contract.AppendObject(list, contract.Object{
			Key: "input/" + name, Size: stored.Size, ETag: stored.ETag, Kind: contract.FailedExit, Reason: "exit code 1",
		})
	}
	return string(list)
}

// inventory is one of all inputs, which stand in no order in it.
func (f *fixture) inventory() *inventory.Report {
	report := &inventory.Report{Bucket: bucket, Schema: inventory.AllVersions}
	for _, key := range slices.Backward(f.s3.Keys(bucket, "input/")) {
		stored, _ := f.s3.Get(bucket, key)
		object := contract.Object{Key: key, Size: stored.Size, ETag: stored.ETag}
		report.Add(report.Old(object), report.Row(object), report.Deleted(key+" that is gone"))
	}
	return report
}

func (f *fixture) putInventory(report *inventory.Report) error {
	return report.Put(func(key string, content []byte) error {
		_, err := f.s3.Put(inventories, key, bytes.NewReader(content), nil)
		return err
	})
}

// largeContent makes an upload of two parts.
var largeContent = strings.Repeat("a large object\n", (8<<20+1000)/15)

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// point is a kind of request that a program makes.
type point struct {
	program, operation, subject string
	scene                       string
}

// changing is the input that changes, if one does.
const changing = "input/ç"

// points are all kinds of requests that the programs make.
var points = []point{
	{"preprocess", "list", "runs/run/", "new objects"},
	{"preprocess", "list", "input/", "new objects"},
	{"preprocess", "head", "input/", "named objects"},
	{"preprocess", "head", "manifest.jsonl", "a run that was planned before"},
	{"preprocess", "get", "failed.jsonl", "the failures of an earlier run"},
	{"preprocess", "get", "-00Z/manifest.json", "an inventory"},
	{"preprocess", "get", ".csv.gz", "an inventory"},
	{"preprocess", "get", "lists/three.csv", "a list"},
	{"preprocess", "head", "made.jsonl", nightScene},
	{"preprocess", "list", "output/", nightScene},
	{"preprocess", "get", "made.jsonl", nightScene},
	{"preprocess", "put", "manifest.jsonl", "new objects"},
	{"preprocess", "put", "manifest.index", "new objects"},
	{"worker", "get", "manifest.index", "new objects"},
	{"worker", "get", "manifest.jsonl", "new objects"},
	{"worker", "list", "output/", "new objects"},
	{"worker", "head", "output/", "objects that are done, and not quite"},
	{"worker", "head", "input/", "the failures of an earlier run"},
	{"worker", "get", changing, "new objects"},
	{"worker", "put", "output/", "new objects"},
	{"worker", "head", "output/_outputs/a", foldersScene},
	{"worker", "put", "output/a.out/1", foldersScene},
	{"worker", "put", "output/_outputs/a", foldersScene},
	{"worker", "put", "output/_outputs/b", foldersScene},
	{"worker", "get", changing, batchScene},
	{"worker", "put", "output/", batchScene},
	{"worker", "get", changing, failingBatchScene},
	{"worker", "get", "input/b bad", failingBatchScene},
	{"worker", "put", "output/", failingBatchScene},
	{"preprocess", "head", "input/", listScene},
	{"worker", "get", changingFurther, listScene},
	{"worker", "put", "output/", listScene},
	{"worker", "head", "input/further/", doneListScene},
	{"worker", "create", "output/", "a large object"},
	{"worker", "part", "output/", "a large object"},
	{"worker", "complete", "output/", "a large object"},
	{"worker", "abort", "output/", "a large object"},
	{"worker", "list", "results/0/", "a job that died"},
	{"worker", "get", "results/0/", "a job that died"},
	{"worker", "put", "results/0/", "new objects"},
	{"worker", "put", "results/0.jsonl", "objects that fail"},
	{"collect", "get", "manifest.index", "new objects"},
	{"collect", "head", "manifest.jsonl", "new objects"},
	{"collect", "list", "results/", "new objects"},
	{"collect", "get", "manifest.jsonl", "new objects"},
	{"collect", "get", "results/", "new objects"},
	{"collect", "list", "results/0/", "a job that died for good"},
	{"collect", "get", "results/0/", "a job that died for good"},
	{"collect", "head", "output/", "a job that died for good"},
	{"collect", "put", "failed.jsonl", "objects that fail"},
	{"collect", "put", "report.json", "new objects"},
	{"collect", "get", "made.jsonl", nightScene},
	{"collect", "put", "made.jsonl", nightScene},
}

// of is whether the request is of the kind.
func (p point) of(r *http.Request) bool {
	return operation(r) == p.operation && strings.Contains(subject(r), p.subject)
}

type namedFault struct {
	name  string
	fault fault
}

// faults are what can happen to a request of the kind.
func (p point) faults(f *fixture) []namedFault {
	list := []namedFault{
		{"403", refuse(403, "AccessDenied")},
		{"404", refuse(404, "NoSuchKey")},
		{"412", refuse(412, "PreconditionFailed")},
		{"429", refuse(429, "TooManyRequests")},
		{"500", refuse(500, "InternalError")},
		{"503", refuse(503, "SlowDown")},
		{"unheard", unheard},
		{"unanswered", unanswered},
	}
	switch p.operation {
	case "get", "list", "create", "complete":
		list = append(list, []namedFault{
			{"cut short", cutShort}, {"too long", tooLong}, {"too short", tooShort}, {"empty", empty}, {"trickled", trickled},
		}...)
	}
	if p.operation == "list" {
		list = append(list, namedFault{"a key twice", twiceListed})
	}
	if p.operation == "create" || p.operation == "complete" {
		list = append(list, namedFault{"ignored", ignored})
	}
	if p.operation == "complete" {
		list = append(list, namedFault{"an error inside", errorInside})
	}
	if p.operation == "get" {
		list = append(list, namedFault{"another range", anotherRange}, namedFault{"any range", anyRange})
	}
	if p.operation == "get" && (p.subject == changing || p.subject == changingFurther) {
		list = append(list, []namedFault{
			{"flipped", flipped},
			{"too short, no checksum", tooShortUnchecked},
			{"changed before", func(rw http.ResponseWriter, r *http.Request, s3 http.Handler) {
				f.change(r, noise(2000, 2))
				s3.ServeHTTP(rw, r)
			}},
			{"changed meanwhile", func(rw http.ResponseWriter, r *http.Request, s3 http.Handler) {
				defer f.change(r, noise(3000, 3)) // As long as it was.
				cutShort(rw, r, s3)
			}},
			{"deleted before", func(rw http.ResponseWriter, r *http.Request, s3 http.Handler) {
				f.remove(strings.TrimPrefix(keyOf(r), "input/"))
				s3.ServeHTTP(rw, r)
			}},
			{"deleted meanwhile", func(rw http.ResponseWriter, r *http.Request, s3 http.Handler) {
				defer f.remove(strings.TrimPrefix(keyOf(r), "input/"))
				cutShort(rw, r, s3)
			}},
		}...)
	}
	if p.subject == changingFurther {
		// The next run has to make the output again, and only lists are run once more.
		list = append(list, namedFault{"changed after", func(rw http.ResponseWriter, r *http.Request, s3 http.Handler) {
			s3.ServeHTTP(rw, r)
			f.change(r, noise(3000, 6))
		}})
	}
	return list
}

// change replaces the input that the request is for.
func (f *fixture) change(r *http.Request, content string) {
	if err := f.put(strings.TrimPrefix(keyOf(r), "input/"), content); err != nil {
		f.report(wrong, "%v", err)
	}
}

// trial is one execution with a fault, and what a person does after it.
type trial struct {
	point
	fault  int // Of the point's faults.
	always bool
}

func (t trial) String() string {
	often := "once"
	if t.always {
		often = "always"
	}
	return fmt.Sprintf(
		"%s/%s %s/%s/%s",
		t.program,
		t.operation,
		strings.ReplaceAll(t.subject, "/", ""),
		t.faults(nil)[t.fault].name,
		often,
	)
}

// trials are each fault of each point, once and always. If not all are wanted, it is once
// or always, in turn; one of the three refusals that say the same to every program, in
// turn; and every fifth fault of a large object, through which each takes long.
func trials(all bool) []trial {
	var list []trial
	turn := 0
	for i, point := range points {
		for fault, named := range point.faults(nil) {
			turn++
			same := slices.Index([]string{"429", "500", "503"}, named.name)
			switch {
			case all:
				list = append(list, trial{point, fault, false}, trial{point, fault, true})
			case same >= 0 && same != i%3, point.scene == "a large object" && turn%5 > 0:
			default:
				list = append(list, trial{point, fault, turn%2 == 0})
			}
		}
	}
	return list
}

// try returns what must not be.
func (t trial) try(ctx context.Context, p executables) ([]finding, error) {
	return scenes[t.scene].play(ctx, p, func(f *fixture, input string) execution {
		harm, struck := t.harm(f)
		f.suffer(harm)
		e := f.execute(ctx, "run", input)
		if struck.Load() == 0 {
			f.report(wrong, "the fault never struck")
		}
		return e
	})
}

// harm is the fault as it strikes the requests of the point, and how often it did.
func (t trial) harm(f *fixture) (fault, *atomic.Int32) {
	var struck atomic.Int32
	fault := t.faults(f)[t.fault].fault
	return func(rw http.ResponseWriter, r *http.Request, s3 http.Handler) {
		switch {
		case f.isRunning() != t.program:
		case t.operation == "abort" && operation(r) == "part": // Or there is nothing to abort.
			refuse(500, "InternalError")(rw, r, s3)
			return
		case t.of(r) && (struck.Add(1) == 1 || t.always):
			fault(rw, r, s3)
			return
		}
		s3.ServeHTTP(rw, r)
	}, &struck
}

func TestNoFaultOfS3LosesOrDuplicatesAnObject(t *testing.T) {
	tryAll(t, "each fault at each kind of request", trials(soak() > 0))
}
