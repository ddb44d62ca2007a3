package chaos

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"batchjobwithlambda/test/proof"
)

// mutant is a mistake that somebody could make.
type mutant struct {
	name  string
	edits []edit
}

// edit replaces a text, which the file has once, by another.
type edit struct{ file, before, after string }

var mutants = []mutant{
	{"a broken connection is taken up in another object", []edit{
		{"batch/objects/reader.go", `if etag != "" {`, `if false {`},
	}},
	{"any range is believed", []edit{
		{"batch/objects/reader.go", `if kind == None {`, `if kind != NotFound {`},
	}},
	{"the size in the listing is not looked at", []edit{
		{"batch/worker/input.go", `reader.ETag == object.ETag && reader.Size != object.Size`, `false`},
	}},
	{"a body that is cut short is an object", []edit{
		{
			"batch/objects/reader.go",
			`n, err := r.body.Read(p)`,
			`n, err := r.body.Read(p); if err == io.ErrUnexpectedEOF { err = io.EOF }`,
		},
		{"batch/objects/reader.go", `err == io.EOF && r.read == r.Size {`, `err == io.EOF {`},
	}},
	{"a checksum that is wrong is ignored", []edit{
		{
			"batch/objects/reader.go",
			`if err = r.resume(err)`,
			`if r.read == r.Size { return n, io.EOF }; if err = r.resume(err)`,
		},
	}},
	{"an object that breaks off ends for the command like a whole one", []edit{
		{
			"batch/worker/input.go",
			`return reader.Header, reader.SaveAt(file, 0)`,
			`return reader.Header, func() error { _ = reader.SaveAt(file, 0); return nil }()`,
		},
		{"batch/worker/process/feed.go", `f.broken(err)`, `_ = f.pipe.Close()`},
	}},
	{"what a failed command wrote is an output", []edit{
		{"batch/worker/process/process.go", `failed := p.Wait(); failed != nil {`, `failed := p.Wait(); false {`},
	}},
	{"an output of another command will do", []edit{
		{"batch/contract/metadata.go", ` && metadata[MetadataCommand] == command`, ``},
	}},
	{"an output of another content will do", []edit{
		{"batch/contract/metadata.go", `metadata[MetadataSourceETag] == etag && metadata`, `metadata`},
	}},
	{"an output of another value of a column will do", []edit{
		{"batch/contract/columns.go", `if len(template.Columns()) == 0 {`, `if true {`},
	}},
	{"an output of another further input will do", []edit{
		{"batch/contract/further.go", `if len(further) == 0 || eTag == "" {`, `if true {`},
	}},
	{"a further input is what it is when its output is sent", []edit{
		{"batch/worker/further.go", `input.ETag = eTag`, `eTag = ""; if now, _, err := w.s3.Head(ctx, contract.Address{
			Bucket: w.settings.Input.Bucket, Key: input.Key}); err == nil { eTag = now.ETag }; input.ETag = eTag`},
	}},
	{"a failure loses what a list says of it", []edit{
		{
			"lambda/collect/failures.go", `f.list.Write(contract.AppendObject(nil, object))`,
			`f.list.Write(contract.AppendObject(nil, contract.Object{Key: object.Key, Size: object.Size, ETag: object.ETag,
			Reason: object.Reason, Kind: object.Kind, Deaths: object.Deaths}))`,
		},
	}},
	{"half a further input is taken for the whole", []edit{
		{"batch/worker/further.go", `input, err := w.fetch(ctx, object)`, `object.Size, object.ETag = 0, ""
	input, err := w.fetch(ctx, object)`},
	}},
	{"a failure is taken to be as it was when it failed", []edit{
		{"batch/worker/object.go", `if !object.HasFailedBefore() {`, `if true {`},
	}},
	{"a list of outputs stays complete while they are replaced", []edit{
		{"batch/worker/files.go", `if o.replaces {`, `if false {`},
	}},
	{"a list of outputs is written although one was not sent", []edit{
		{"batch/worker/files.go", `files, attributes); err != nil {`, `files, attributes); false {`},
	}},
	{"what a batch that failed has made are outputs", []edit{
		{
			"batch/worker/batch.go",
			"usage, err := command.Wait()\n\tif err != nil {",
			"usage, err := command.Wait()\n\tif false {",
		},
	}},
	{"the result is written before the outputs are", []edit{
		{"batch/worker/results.go", `if err := w.work(ctx, s); err != nil {`, `early := make([]contract.Result, len(planned))
			for i, object := range planned { early[i] = contract.Result{Key: object.Key, Status: contract.Done} }
			if err := w.writeResults(ctx, early, s.known.Effort); err != nil { return err }
			if err := w.work(ctx, s); err != nil {`},
	}},
	{"a result is written although the work broke off", []edit{
		{"batch/worker/results.go", `if err := w.work(ctx, s); err != nil {`, `for i, object := range planned {
				s.results[i] = contract.Result{Key: object.Key, Status: contract.Done}
			}
			if err := w.work(ctx, s); false {`},
	}},
	{"a death is forgotten", []edit{{"batch/contract/known.go", `k.Deaths[key]++`, `_ = key`}}},
	{"what a job did before it died is forgotten", []edit{
		{"lambda/collect/recovered.go", `return r, s.askForOutputs(ctx, r)`, `r.known.Results = nil; return r, nil`},
	}},
	{"an output that nobody has told of is not looked for", []edit{
		{"lambda/collect/recovered.go", `return r, s.askForOutputs(ctx, r)`, `return r, nil`},
	}},
	{"what was made is there for ever", []edit{
		{"lambda/preprocess/made.go", "return there && string(output.Value) == entry.Output", "_, _ = output, there\n\treturn true"},
	}},
	{"what was made of an object is up to date for ever", []edit{
		{"lambda/preprocess/made.go", "entry.ETag != object.ETag", "entry.ETag == \"\""},
	}},
	{"an upload that S3 only seems to have completed is an object", []edit{
		{
			"batch/objects/upload.go",
			"err = u.noteETag(answer.ETag)\n\t}\n\treturn u.failed(\"CompleteMultipartUpload\", err)",
			"_ = u.noteETag(answer.ETag)\n\t}\n\treturn u.failed(\"CompleteMultipartUpload\", err)",
		},
	}},
	{"a part that was not sent is left out", []edit{
		{
			"batch/objects/upload.go",
			`return u.failed("UploadPart", err)`,
			`u.completed = slices.DeleteFunc(u.completed, func(p *types.CompletedPart) bool { return p == completed }); return nil`,
		},
		{"batch/objects/upload.go", `"time"`, "\"slices\"\n\t\"time\""},
		{"batch/objects/upload.go", `MpuObjectSize:   &u.sent,`, ``},
	}},
	{"an error of S3 is the end of the job", []edit{
		{
			"batch/worker/errors.go",
			`case objects.Retryable, objects.Refused, objects.Changed:`,
			`case objects.Changed:`,
		},
	}},
	{"an error of S3 at an object is ignored", []edit{
		{
			"batch/worker/object.go",
			`if failed := failureOf(err)`,
			`if objects.KindOf(err) == objects.Retryable { result.Status, err = contract.Done, nil }; if failed := failureOf(err)`,
		},
	}},
	{"an empty answer is an empty list", []edit{
		{"batch/objects/list.go", `return nil, errEmpty`, `page.IsTruncated = new(bool)`},
	}},
	{
		"keys are listed as they come",
		[]edit{
			{
				"batch/objects/list.go",
				`!strings.HasPrefix(key, prefix) || key <= after {`,
				`!strings.HasPrefix(key, prefix) {`,
			},
			{"lambda/preprocess/planner.go", `if object.Key <= previous {`, `if false {`},
		},
	},
	{
		"a listing that breaks off is a listing",
		[]edit{
			{
				"lambda/preprocess/selection.go",
				`if number++; err == nil && s.input.Limit > 0`,
				`if err != nil { return }; if number++; s.input.Limit > 0`,
			},
		},
	},
	{
		"an inventory that breaks off is one",
		[]edit{
			{"lambda/internal/inventory/file.go", `if err == io.EOF {`, `if err != nil {`},
			{
				"lambda/internal/inventory/file.go",
				`whole.size != f.Size || !strings.EqualFold(sum, f.MD5)`,
				`strings.EqualFold(sum, "")`,
			},
		},
	},
	{
		"a manifest that could not be written is a plan",
		[]edit{
			{
				"lambda/preprocess/planner.go",
				`objects, work); err != nil {`,
				`objects, work); false {`,
			},
		},
	},
	{
		"an index that could not be written is a plan",
		[]edit{
			{
				"lambda/preprocess/planner.go",
				`p.writeIndex(ctx, a.run, shards); err != nil {`,
				`p.writeIndex(ctx, a.run, shards); false {`,
			},
		},
	},
	{
		"a shard without a result is done",
		[]edit{
			{
				"lambda/collect/recovered.go",
				`Status: contract.Failed, Kind: contract.FailedNotReached`,
				`Status: contract.Done, Kind: contract.FailedNotReached`,
			},
		},
	},
	{"any object's result will do", []edit{
		{"lambda/collect/outcomes.go", `case err == nil && result.Key != object.Key:`, `case false:`},
	}},
	{
		"a plan that is not of one piece is added up",
		[]edit{
			{
				"lambda/collect/shards.go",
				`end != manifest.Size || objects != state.Objects || len(entries) != state.Shards`,
				`false`,
			},
		},
	},
	{"a list of failures that could not be written is a list", []edit{
		{"lambda/collect/collector.go", `if err != nil && !errors.Is(err, nothingFailed) {`, `if false {`},
	}},
}

// build builds the programs with the mistake, without touching the files that it is in.
func (m mutant) build(ctx context.Context) (executables, error) {
	directory, err := os.MkdirTemp(folder, "mutant-")
	if err != nil {
		return executables{}, err
	}
	overlay, err := m.overlay(directory)
	if err != nil {
		return executables{}, err
	}
	return build(ctx, filepath.Join(directory, "programs"), "-overlay", overlay)
}

// overlay writes the files with the mistake into the directory, and returns the list of them that
// "go build" takes.
func (m mutant) overlay(directory string) (string, error) {
	root, err := filepath.Abs("../..")
	if err != nil {
		return "", err
	}
	replace := map[string]string{} // By a file, what "go build" takes for it.
	for _, edit := range m.edits {
		path := filepath.Join(root, edit.file)
		text, err := os.ReadFile(cmp.Or(replace[path], path))
		if err != nil {
			return "", err
		}
		if count := strings.Count(string(text), edit.before); count != 1 {
			return "", fmt.Errorf("%s has %d times, want once: %s", edit.file, count, edit.before)
		}
		replace[path] = filepath.Join(directory, strings.ReplaceAll(edit.file, "/", "-"))
		if err := os.WriteFile(
			replace[path],
			[]byte(strings.Replace(string(text), edit.before, edit.after, 1)),
			0o600,
		); err != nil {
			return "", err
		}
	}
	overlay := filepath.Join(directory, "overlay.json")
	text, err := json.Marshal(map[string]any{"Replace": replace})
	return overlay, errors.Join(err, os.WriteFile(overlay, text, 0o600))
}

// errCaught ends the search for what catches a mutant.
var errCaught = errors.New("caught")

// caughtBy returns what first catches the mistake, or nothing. What soonest may is tried first.
func (m mutant) caughtBy(ctx context.Context, p executables) (by string, err error) {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(4)
	var once sync.Once
	try := func(c attempt) {
		group.Go(func() error {
			if ctx.Err() != nil {
				return nil
			}
			found, err := c.try(ctx, p)
			if err != nil || len(found) == 0 || ctx.Err() != nil {
				return err
			}
			once.Do(func() { by = fmt.Sprintf("%s: %s: %.150s", c, found[0].kind, found[0].text) })
			return errCaught
		})
	}
	var far []trial
	for _, trial := range trials(true) {
		if m.near(trial) {
			try(trial)
		} else {
			far = append(far, trial)
		}
	}
	for _, overlap := range overlaps(false) {
		try(overlap)
	}
	for _, trial := range far {
		try(trial)
	}
	for _, stop := range stops(false) {
		try(stop)
	}
	for _, death := range allDeaths() {
		try(death)
	}
	if err = group.Wait(); errors.Is(err, errCaught) {
		err = nil
	}
	return by, err
}

// near is whether the trial is one of the program with the mistake, and does not take
// long. All programs have the mistakes of their S3 client.
func (m mutant) near(t trial) bool {
	file := m.edits[0].file
	shared := strings.HasPrefix(file, "batch/objects/")
	return (shared || strings.HasPrefix(file, "batch/worker/") == (t.program == "worker")) && t.scene != "a large object"
}

// It takes no building, so that an edit whose text has changed is seen at once.
func TestEachMistakeCanStillBeMade(t *testing.T) {
	for _, mutant := range mutants {
		if _, err := mutant.overlay(t.TempDir()); err != nil {
			t.Errorf("%s: %v", mutant.name, err)
		}
	}
}

func TestEachMistakeIsCaught(t *testing.T) {
	if soak() == 0 {
		t.Skip("CHAOS_SEEDS is not set: building so many programs takes minutes")
	}
	caught := 0
	for _, mutant := range mutants {
		t.Run(mutant.name, func(t *testing.T) {
			p, err := mutant.build(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			by, err := mutant.caughtBy(t.Context(), p)
			if err != nil || by == "" {
				t.Fatalf("nothing has caught it (%v)", err)
			}
			t.Log(by)
			caught++
		})
	}
	proof.Row(t, "planted", "mistakes in the programs", len(mutants), caught)
}
