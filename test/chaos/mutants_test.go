package chaos

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"
)

// mutant is a mistake that somebody could make.
type mutant struct {
	name string
	file string
	// edits replace a text, which the file has once, by another.
	edits [][2]string
}

var mutants = []mutant{
	{"a broken connection is taken up in another object", "batch/worker/store.go", [][2]string{
		{", IfMatch: optional(etag)}", "}"},
	}},
	{"any range is believed", "batch/worker/store.go", [][2]string{
		{"case err == nil && hasRange(answer, first, length):", "case err == nil:"}, {"	case err == nil:\n		answer.Body.Close()", "	case false:\n		answer.Body.Close()"},
	}},
	{"the size in the listing is not looked at", "batch/worker/object.go", [][2]string{
		{"input.etag == object.ETag && input.size != object.Size", "false"},
	}},
	{"a body that is cut short is an object", "batch/worker/download.go", [][2]string{
		{"if err == nil || err == io.EOF && d.read == d.size {", "if err == io.ErrUnexpectedEOF {\n		err = io.EOF\n	}\n	if err == nil || err == io.EOF {"},
	}},
	{"a checksum that is wrong is ignored", "batch/worker/download.go", [][2]string{
		{"	err = d.resume(err)\n", "	if d.read == d.size {\n		return n, io.EOF\n	}\n	err = d.resume(err)\n"},
	}},
	{"an object that broke off ends for the command like a whole one", "batch/worker/process.go", [][2]string{
		{"if _, err := io.Copy(stdin, p.input); err == nil {\n		stdin.Close()\n	}\n	if p.input.err != nil {\n		p.cancel()\n	}", "io.Copy(stdin, p.input)\n	stdin.Close()"},
		{"	case p.input.err != nil:\n		return p.input.err\n", ""},
	}},
	{"what a failed command wrote is an output", "batch/worker/process.go", [][2]string{
		{"if p.err = p.wait(); p.err != nil {\n			err = p.err\n		}", "p.err = p.wait()"},
	}},
	{"an output of another command will do", "batch/worker/object.go", [][2]string{
		{", metadata[contract.MetadataCommand] != w.command.String():", ":"},
	}},
	{"an output of another content will do", "batch/worker/object.go", [][2]string{
		{"case metadata[contract.MetadataSourceETag] != object.ETag, metadata", "case metadata"},
	}},
	{"the result is written before the outputs are", "batch/worker/main.go", [][2]string{
		{"	made, err := w.work(ctx, objects)\n", `	var early []contract.Result
	for _, object := range objects {
		early = append(early, contract.Result{Key: object.Key, Status: contract.Done})
	}
	if err := writeResults(ctx, store, contract.ResultAddress(results, number).Key, early); err != nil {
		return err
	}
	made, err := w.work(ctx, objects)
`},
	}},
	{"a result is written although the work broke off", "batch/worker/worker.go", [][2]string{
		{"	if err := group.Wait(); err != nil {\n		return nil, err\n	}\n", "	_ = group.Wait()\n	for i, object := range objects {\n		results[i].Key, results[i].Status = object.Key, contract.Done\n	}\n"},
	}},
	{"an upload without an id is begun", "batch/worker/upload.go", [][2]string{
		{"answer.UploadId == nil", "false"},
	}},
	{"trouble is the end of the job", "batch/worker/errors.go", [][2]string{
		{"if _, ok := errors.AsType[trouble](err); ok ||", "if"},
	}},
	{"trouble is the object's fault", "batch/worker/object.go", [][2]string{
		{"	if failed, ok :=", "	if _, ok := errors.AsType[trouble](err); ok {\n		err = nil\n		result.Status = contract.Done\n	}\n	if failed, ok :="},
	}},
	{"an empty answer is an empty list", "lambda/internal/store/store.go", [][2]string{
		{"page.IsTruncated == nil", "false"},
	}},
	{"a function believes any range", "lambda/internal/store/reader.go", [][2]string{
		{"(got == \"\") != (want == \"\") || !strings.HasPrefix(got, want) ||", "false && strings.HasPrefix(got, want) ||"},
		{" || length > 0 && *answer.ContentLength != length", ""},
	}},
	{"a listing that breaks off is a listing", "lambda/preprocess/objects.go", [][2]string{
		{"			if err == nil && folder {", "			if err != nil {\n				return\n			}\n			if folder {"},
	}},
	{"a key that is listed twice is planned twice", "lambda/preprocess/planner.go", [][2]string{
		{"if object.Key <= previous {", "if object.Key < previous {"},
	}},
	{"a manifest that could not be written is a plan", "lambda/preprocess/planner.go", [][2]string{
		{"work, err := p.writeManifest(ctx, run, request.Started, p.objects(ctx, input))\n	if err != nil {\n		return contract.Plan{}, err\n	}", "work, _ := p.writeManifest(ctx, run, request.Started, p.objects(ctx, input))"},
	}},
	{"an index that could not be written is a plan", "lambda/preprocess/planner.go", [][2]string{
		{"if err := p.writeIndex(ctx, run, shards); err != nil {\n		return contract.Plan{}, err\n	}", "_ = p.writeIndex(ctx, run, shards)"},
	}},
	{"a shard without a result is done", "lambda/collect/outcomes.go", [][2]string{
		{"contract.Result{Status: contract.Failed, Reason: lost}", "contract.Result{Status: contract.Done, Reason: lost}"},
	}},
	{"any object's result will do", "lambda/collect/outcomes.go", [][2]string{
		{"case err == nil && result.Key != object.Key:", "case false:"},
	}},
	{"a result that cannot be read is broken", "lambda/collect/outcomes.go", [][2]string{
		{"errors.AsType[*store.Error](err); trouble {", "errors.AsType[*store.Error](err); trouble && false {"},
	}},
	{"a plan that is not of one piece is added up", "lambda/collect/shards.go", [][2]string{
		{"end != manifest.Size || objects != state.Objects || len(entries) != state.Shards", "false"},
	}},
	{"a list of failures that could not be written is a list", "lambda/collect/collector.go", [][2]string{
		{"if err != nil && !errors.Is(err, nothingFailed) {\n		return contract.Report{}, err\n	}", "_ = err"},
	}},
}

// build builds the programs with the mistake, without touching the file that it is in.
func (m mutant) build(ctx context.Context) (programs, error) {
	root, err := filepath.Abs("../..")
	if err != nil {
		return programs{}, err
	}
	path := filepath.Join(root, m.file)
	text, err := os.ReadFile(path)
	if err != nil {
		return programs{}, err
	}
	for _, edit := range m.edits {
		if strings.Count(string(text), edit[0]) != 1 {
			return programs{}, fmt.Errorf("%s has %d times, want once:\n%s", m.file, strings.Count(string(text), edit[0]), edit[0])
		}
		text = []byte(strings.Replace(string(text), edit[0], edit[1], 1))
	}
	directory, err := os.MkdirTemp(folder, "mutant-")
	if err != nil {
		return programs{}, err
	}
	changed, overlay := filepath.Join(directory, "changed.go"), filepath.Join(directory, "overlay.json")
	list, err := json.Marshal(map[string]map[string]string{"Replace": {path: changed}})
	if err := errors.Join(err, os.WriteFile(changed, text, 0o600), os.WriteFile(overlay, list, 0o600)); err != nil {
		return programs{}, err
	}
	return build(ctx, filepath.Join(directory, "programs"), "-overlay", overlay)
}

// errCaught ends the search for what catches a mutant.
var errCaught = errors.New("caught")

// caughtBy returns what first catches the mistake, or nothing. What happens to the program
// that has it comes first.
func (m mutant) caughtBy(ctx context.Context, p programs) (by string, err error) {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(4)
	var once sync.Once
	try := func(name fmt.Stringer, case_ func(context.Context, programs) ([]finding, error)) {
		if ctx.Err() != nil {
			return
		}
		group.Go(func() error {
			found, err := case_(ctx, p)
			if err != nil || len(found) == 0 || ctx.Err() != nil {
				return err
			}
			once.Do(func() { by = fmt.Sprintf("%s: %s: %.150s", name, found[0].kind, found[0].text) })
			return errCaught
		})
	}
	trials := trials(true)
	slices.SortStableFunc(trials, func(a, b trial) int { return cmp.Compare(m.distance(a), m.distance(b)) })
	for _, trial := range trials {
		try(trial, trial.try)
	}
	for _, overlap := range overlaps(false) {
		try(overlap, overlap.try)
	}
	for _, stop := range stops(false) {
		try(stop, stop.try)
	}
	if err = group.Wait(); errors.Is(err, errCaught) {
		err = nil
	}
	return by, err
}

func (m mutant) distance(t trial) int {
	switch {
	case !strings.Contains(m.file, t.program):
		return 2
	case t.scene == "a large object": // Which takes long.
		return 1
	}
	return 0
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
	t.Logf("proof: chaos mutants: caught %d of %d", caught, len(mutants))
}
