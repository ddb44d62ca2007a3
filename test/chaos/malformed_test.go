package chaos

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/inventory"
	"batchjobwithlambda/test/account/lambda"
	"batchjobwithlambda/test/proof"
)

// refusals counts what became of malformed input.
type refusals struct {
	inputs, refused, handled, panics, writes int
}

// planned is a fixture with a run that was planned; it counts the writes from then on.
type planned struct {
	*fixture
	plan   contract.Plan
	writes int
}

func newPlanned(t *testing.T) *planned {
	t.Helper()
	f, err := newFixture(real, cat...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.close)
	f.shards = 2
	for _, name := range []string{"a", "b", "c"} {
		if err := f.put(name, name); err != nil {
			t.Fatal(err)
		}
	}
	p := &planned{fixture: f}
	if p.plan, err = f.plan(t.Context(), "run", `{}`); err != nil {
		t.Fatal(err)
	}
	f.suffer(func(rw http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			p.writes++
		}
		s3.ServeHTTP(rw, r)
	})
	return p
}

// file puts one of the pipeline's own files.
func (p *planned) file(t *testing.T, key, content string) {
	t.Helper()
	if _, err := p.s3.Put(bucket, key, strings.NewReader(content), nil); err != nil {
		t.Fatal(err)
	}
}

// call invokes a function with an event as it is.
func (p *planned) call(
	ctx context.Context,
	program string,
	settings map[string]string,
	event string,
) (json.RawMessage, error) {
	return p.function(program, settings).Invoke(ctx, json.RawMessage(event))
}

// work runs the worker, and returns its exit code and what it says.
func (p *planned) work(ctx context.Context, arguments []string, settings map[string]string) (int, string) {
	process := exec.CommandContext(ctx, p.worker, arguments...)
	process.Env = append(append(variables(settings), p.environment...), "PATH="+os.Getenv("PATH"))
	said, err := process.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), string(said)
	}
	return 0, fmt.Sprint(string(said), err)
}

// refusedBy fails the test unless the function refused what it was given by an error of
// the type, and wrote nothing.
func (r *refusals) refusedBy(t *testing.T, p *planned, err error, kind string) {
	t.Helper()
	r.inputs++
	failure, ok := errors.AsType[*lambda.FunctionError](err)
	if !ok || kind != "" && failure.Type != kind {
		t.Errorf("got error %v, want the type %q", err, kind)
	} else {
		r.refused++
	}
	if ok && strings.Contains(failure.Document, "stackTrace") {
		t.Errorf("it panicked: %s", failure.Document)
		r.panics++
	}
	r.wroteNothing(t, p)
}

// broken fails the test unless the worker said that its set-up is broken, and wrote nothing.
func (r *refusals) broken(t *testing.T, p *planned, code int, said string) {
	t.Helper()
	r.inputs++
	if code != contract.ExitBroken || !json.Valid([]byte(said[strings.LastIndex(strings.TrimSpace(said), "\n")+1:])) {
		t.Errorf("got exit code %d, want %d; it said %s", code, contract.ExitBroken, said)
	} else {
		r.refused++
	}
	if strings.Contains(said, "goroutine ") {
		t.Error("it panicked")
		r.panics++
	}
	r.wroteNothing(t, p)
}

func (r *refusals) wroteNothing(t *testing.T, p *planned) {
	t.Helper()
	if p.writes > 0 {
		t.Errorf("there were %d writes", p.writes)
		r.writes += p.writes
		p.writes = 0
	}
}

const object = `{"key":"input/a","size":1}` + "\n"

// badManifests are none that a planner writes.
var badManifests = map[string]string{
	"a key twice":            object + object,
	"another order":          `{"key":"input/b","size":1}` + "\n" + object,
	"a key outside":          `{"key":"output/a","size":1}` + "\n",
	"the prefix alone":       `{"key":"input/","size":1}` + "\n",
	"no key":                 `{"size":1}` + "\n",
	"a key that is too long": `{"key":"input/` + strings.Repeat("k", 1024) + `","size":1}` + "\n",
	"half a surrogate pair":  `{"key":"input/\ud800","size":1}` + "\n",
	"no UTF-8":               "{\"key\":\"input/\xff\",\"size\":1}\n",
	"a size below zero":      `{"key":"input/a","size":-1}` + "\n",
	"a size with a fraction": `{"key":"input/a","size":1.5}` + "\n",
	"a size as text":         `{"key":"input/a","size":"1"}` + "\n",
	"another field":          `{"key":"input/a","size":1,"status":"done"}` + "\n",
	"two values in a line":   `{"key":"input/a","size":1}{}` + "\n",
	"an empty line":          "\n" + object,
	"a list":                 "[]\n",
	"zeros":                  strings.Repeat("\x00", 100),
	"a line without its end": strings.TrimSuffix(object, "\n"),
	"half a line":            object[:10],
	"a line without end":     strings.Repeat(" ", 1<<17),
	"not JSON":               "key,size\ninput/a,1\n",
}

var planSettings = contract.PlanSettings{
	Input:           inputs,
	Output:          outputs,
	Runs:            runs,
	InventoryBucket: inventories,
	MaxShards:       2,
	ShardTime:       10 * time.Minute,
	ShardBytes:      1,
}.Variables()

// badReports spoil an inventory, and may return what stands in its manifest instead.
var badReports = map[string]func(r *inventory.Report) string{
	"no JSON":        func(*inventory.Report) string { return "{" },
	"another JSON":   func(*inventory.Report) string { return `["files"]` },
	"no fields":      func(*inventory.Report) string { return `{}` },
	"another format": func(r *inventory.Report) string { return strings.Replace(string(r.Manifest()), "CSV", "Parquet", 1) },
	"another bucket": func(r *inventory.Report) string { return strings.Replace(string(r.Manifest()), bucket, "another", 1) },
	"another checksum": func(r *inventory.Report) string {
		return strings.Replace(string(r.Manifest()), `"MD5checksum": "`, `"MD5checksum": "0`, 1)
	},
	"a file that is not there": func(r *inventory.Report) string {
		return strings.Replace(string(r.Manifest()), "0.csv.gz", "none.csv.gz", 1)
	},
	"no column of sizes": func(r *inventory.Report) string {
		r.Schema = strings.Replace(r.Schema, "Size", "StorageClass", 1)
		return ""
	},
	"a column more":     func(r *inventory.Report) string { r.Schema += ", StorageClass"; return "" },
	"no gzip":           func(r *inventory.Report) string { r.AddFile([]byte("Bucket, Key")); return "" },
	"half a file":       func(r *inventory.Report) string { r.AddFile(r.Files[0].Content[:40]); return "" },
	"a file twice":      func(r *inventory.Report) string { r.AddFile(r.Files[0].Content); return "" },
	"half a line":       func(r *inventory.Report) string { r.AddFile(inventory.Gzip([]byte(`"bucket","input/a`))); return "" },
	"a line of another": func(r *inventory.Report) string { r.Add([]string{bucket, "input/z"}); return "" },
	"no key":            func(r *inventory.Report) string { r.Add(r.Row(contract.Object{Size: 1})); return "" },
	"a size below zero": func(r *inventory.Report) string { r.Add(r.Row(contract.Object{Key: "input/z", Size: -1})); return "" },
	"a key that is too long": func(r *inventory.Report) string {
		r.Add(r.Row(contract.Object{Key: "input/" + strings.Repeat("k", 1024), Size: 1}))
		return ""
	},
}

func planEvent(name, input string) string {
	return fmt.Sprintf(`{"run":%q,"started":%q,"input":%s}`, name, started, input)
}

// badSettings are the settings with one of them missing, or of no use.
func badSettings(settings map[string]string, useless map[string][]string) map[string]map[string]string {
	list := map[string]map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		if name == "OUTPUT_SUFFIX" || name == "INVENTORY_BUCKET" { // Which may be empty.
			continue
		}
		for _, value := range append(useless[name], "") {
			changed := maps.Clone(settings)
			changed[name] = value
			list[fmt.Sprintf("%s=%q", name, value)] = changed
		}
		changed := maps.Clone(settings)
		delete(changed, name)
		list["no "+name] = changed
	}
	return list
}

func TestMalformedInputIsRefusedAndNothingIsWritten(t *testing.T) {
	var sum refusals
	t.Run("planner", sum.planner)
	t.Run("worker", sum.worker)
	t.Run("collector", sum.collector)
	proof.Row(t, "malformed", "inputs, files and settings", sum.inputs, sum.refused, sum.handled, sum.panics, sum.writes)
}

func (r *refusals) planner(t *testing.T) {
	p := newPlanned(t)
	refuses := func(name, event, kind string) {
		t.Run(name, func(t *testing.T) {
			_, err := p.call(t.Context(), p.preprocess, planSettings, event)
			r.refusedBy(t, p, err, kind)
		})
	}
	for _, input := range []string{
		`[]`, `1`, `""`, `true`, `{"Prefix":"a"}`, `{"prefix":"a","prefix":"b"}`, `{"prefix":"a","objects":[]}`, `{"other":1}`, `{"":1}`,
		`{"prefix":1}`, `{"prefix":null}`, `{"prefix":["a"]}`, `{"prefix":"\ud800"}`, `{"prefix":"` + strings.Repeat("k", 1024) + `"}`,
		`{"objects":null}`, `{"objects":"input/a"}`, `{"objects":[1]}`, `{"objects":[null]}`, `{"objects":[""]}`, `{"objects":["input/"]}`,
		`{"objects":["output/a"]}`, `{"objects":["a"]}`, `{"objects":["input/a","input/a"]}`, `{"objects":["input/gone"]}`, `{"objects":["input/\udc00"]}`,
		`{"objects":["input/` + strings.Repeat("k", 1024) + `"]}`, `{"objects":{}}`, `{"objects":[["input/a"]]}`,
		`{"manifest":null}`, `{"manifest":1}`, `{"manifest":""}`, `{"manifest":"runs/run/failed.jsonl"}`, `{"manifest":"s3://bucket"}`, `{"manifest":"s3://bucket/"}`,
		`{"manifest":"s3://another/runs/run/failed.jsonl"}`, `{"manifest":"s3://bucket/input/failed.jsonl"}`, `{"manifest":"s3://bucket/runs/run/failed.txt"}`,
		`{"manifest":"s3://bucket/runs/none/failed.jsonl"}`, `{"manifest":"http://bucket/runs/run/failed.jsonl"}`,
		`{"list":null}`, `{"list":""}`, `{"list":["s3://bucket/lists/a.csv"]}`, `{"list":"s3://bucket/lists/none.csv"}`, `{"list":"s3://bucket/input/a.csv"}`,
		`{"list":"s3://bucket/lists/a.txt"}`, `{"list":"s3://another/lists/a.csv"}`, `{"list":"s3://bucket/lists/a.csv","prefix":""}`,
		`{"inventory":null}`, `{"inventory":1}`, `{"inventory":""}`, `{"inventory":"s3://inventories"}`, `{"inventory":"s3://bucket/input/manifest.json"}`,
		`{"inventory":"s3://another/manifest.json"}`, `{"inventory":"s3://inventories/data/1.csv.gz"}`, `{"inventory":"s3://inventories/none/manifest.json"}`,
		`{"inventory":"s3://inventories/manifest.json","prefix":""}`,
		`{"shards":0}`, `{"shards":-1}`, `{"shards":3}`, `{"shards":1.5}`, `{"shards":"1"}`, `{"shards":null}`, `{"shards":true}`, `{"shards":1e99}`, `{"shards":99999999999999999999}`,
		strings.Repeat("[", 5000) + strings.Repeat("]", 5000),
	} {
		refuses(fmt.Sprintf("input %.60s", input), planEvent("new", input), contract.ErrorInvalidInput)
	}
	for _, name := range []string{"", ".", "..", "a/b", "-a", "ünï", "a b", "a\n", "run", strings.Repeat("a", 81)} {
		event, _ := json.Marshal(contract.PlanRequest{Run: name, Started: "2026-11-21T18:30:00Z", Input: contract.RawInput(`{}`)})
		refuses(fmt.Sprintf("name %q", name), string(event), contract.ErrorInvalidInput)
	}
	for _, event := range []string{"", "{", "[]", "1", `"run"`, `{"run":1}`, `{"run":"new","started":1}`, "\xff", `{"run":"new","input":}`} {
		refuses(fmt.Sprintf("event %q", event), event, "")
	}
	for _, event := range []string{"null", "{}", `{"input":{}}`} {
		refuses("event "+event, event, contract.ErrorInvalidInput)
	}
	for name, manifest := range badManifests {
		p.file(t, "runs/before/failed.jsonl", manifest)
		refuses(
			"manifest with "+name,
			planEvent("new", `{"manifest":"s3://bucket/runs/before/failed.jsonl"}`),
			contract.ErrorInvalidInput,
		)
	}
	for name, list := range badLists {
		p.file(t, "lists/a"+name, list)
		refuses("list "+name, planEvent("new", `{"list":"s3://bucket/lists/a`+name+`"}`), contract.ErrorInvalidInput)
	}
	report := p.inventory()
	for name, spoil := range badReports {
		spoiled := *report
		manifest := spoil(&spoiled)
		if manifest == "" {
			manifest = string(spoiled.Manifest())
		}
		if err := p.putInventory(&spoiled); err != nil {
			t.Fatal(err)
		}
		if _, err := p.s3.Put(inventories, report.ManifestKey(), strings.NewReader(manifest), nil); err != nil {
			t.Fatal(err)
		}
		refuses(
			"inventory with "+name,
			planEvent("new", `{"inventory":"s3://inventories/`+report.ManifestKey()+`"}`),
			contract.ErrorInvalidInput,
		)
	}
	for name, settings := range badSettings(planSettings, map[string][]string{
		"MAX_SHARDS": {"0", "-1", "10001", "many", "1.5"}, "SHARD_BYTES": {"-1", "9223372036854775808", "1 GB"},
	}) {
		t.Run("setting "+name, func(t *testing.T) {
			_, err := p.call(t.Context(), p.preprocess, settings, planEvent("new", `{}`))
			r.refusedBy(t, p, err, "Runtime.ExitError")
		})
	}
}

func (r *refusals) worker(t *testing.T) {
	p := newPlanned(t)
	settings := contract.WorkSettings{
		Input:        inputs,
		Output:       outputs,
		OutputSuffix: ".out",
		Concurrency:  2,
		MemoryMiB:    2048,
		Scratch:      t.TempDir(),
	}.Variables()
	manifest, results := p.plan.BatchInput.Manifest, p.plan.BatchInput.Results
	with := func(name, value string) map[string]string {
		changed := maps.Clone(settings)
		changed[name] = value
		return changed
	}
	refuses := func(name string, arguments []string, settings map[string]string) {
		t.Run(name, func(t *testing.T) {
			code, said := p.work(t.Context(), arguments, settings)
			r.broken(t, p, code, said)
		})
	}
	for _, arguments := range [][]string{
		{},
		{manifest},
		{manifest, results},
		{manifest, results, "{}"},
		{manifest, results, "", "cat"},
		{manifest, results, "null", "cat"},
		{manifest, results, "cat", "cat"},
		{manifest, results, "{}", ""},
		{manifest, results, "{}", "no-such-program"},
		{manifest, results, "{}", "/"},
		{manifest, results, "{}", "cat", "Ref::manifest"},
		{manifest, results, "{}", "cat", "\xff"},
		{manifest, results, "{}", "cat", strings.Repeat("x", 2000)},
		{"", results, "{}", "cat"},
		{"runs/run/manifest.jsonl", results, "{}", "cat"},
		{"s3://bucket/input/a", results, "{}", "cat"},
		{"s3://bucket/runs/../manifest.jsonl", results, "{}", "cat"},
		{"s3://bucket/runs/none/manifest.jsonl", results, "{}", "cat"},
		{"Ref::manifest", results, "{}", "cat"},
		{results, manifest, "{}", "cat"},
		{manifest, "", "{}", "cat"},
		{manifest, "results", "{}", "cat"},
		{manifest, "s3://another/runs/run/results/", "{}", "cat"},
		{manifest, "s3://bucket", "{}", "cat"},
	} {
		refuses(fmt.Sprintf("arguments %.100q", arguments), arguments, settings)
	}
	arguments := []string{manifest, results, "{}", "cat"}
	for _, index := range []string{"", "-1", "+1", "2", "9999", "10000", "99999999999999999999", "1.0", "1e0", "0x1", " 1", "one", "١"} {
		refuses(fmt.Sprintf("array index %q", index), arguments, with("AWS_BATCH_JOB_ARRAY_INDEX", index))
	}
	for name, changed := range badSettings(settings, map[string][]string{
		"CONCURRENCY": {"0", "-1", "65", "two", "1.5"}, "SCRATCH": {"/no/such/directory", "/dev/null"},
		"INPUT": {"input/", "s3://bucket/output/", "s3://bucket/input/a/", "s3://bucket/input"}, "OUTPUT": {"s3://", "output/"},
	}) {
		refuses("setting "+name, arguments, changed)
	}
	whole, _ := p.read("runs/run/manifest.jsonl")
	entry := string(contract.AppendIndexEntry(nil, contract.IndexEntry{Length: int64(len(whole)), Objects: 3, Bytes: 3}))
	for name, index := range map[string]string{
		"nothing": "", "half an entry": entry[:40], "an entry without its end": entry[:len(entry)-1] + " ", "letters": strings.ReplaceAll(entry, "0", "O"),
		"spaces": strings.ReplaceAll(entry, "000", "   "), "zeros": strings.Repeat("\x00", len(entry)), "JSON": `{"offset":0}` + strings.Repeat(" ", 80),
		"a sign":              "-" + entry[1:],
		"an object too many":  string(contract.AppendIndexEntry(nil, contract.IndexEntry{Length: int64(len(whole)), Objects: 4})),
		"an object too few":   string(contract.AppendIndexEntry(nil, contract.IndexEntry{Length: int64(len(whole)), Objects: 2})),
		"no objects":          string(contract.AppendIndexEntry(nil, contract.IndexEntry{Length: int64(len(whole)), Objects: 0})),
		"the middle of lines": string(contract.AppendIndexEntry(nil, contract.IndexEntry{Offset: 7, Length: 60, Objects: 1})),
		"more than there is":  string(contract.AppendIndexEntry(nil, contract.IndexEntry{Length: int64(len(whole)) + 1, Objects: 3})),
		"beyond the end":      string(contract.AppendIndexEntry(nil, contract.IndexEntry{Offset: 1 << 40, Length: 60, Objects: 1})),
		"beyond all numbers":  string(contract.AppendIndexEntry(nil, contract.IndexEntry{Offset: 1<<63 - 1, Length: 60, Objects: 1})),
	} {
		p.file(t, "runs/run/manifest.index", index)
		refuses("index with "+name, arguments, settings)
	}
	for name, manifest := range badManifests {
		p.file(t, "runs/run/manifest.jsonl", manifest)
		p.file(t, "runs/run/manifest.index", string(contract.AppendIndexEntry(nil,
			contract.IndexEntry{Length: int64(len(manifest)), Objects: int64(max(1, strings.Count(manifest, "\n")))})))
		refuses("manifest with "+name, arguments, settings)
	}
}

func (r *refusals) collector(t *testing.T) {
	p := newPlanned(t)
	settings := collectSettings.Variables()
	event := func(change func(*contract.CollectRequest, *contract.RunState)) string {
		request := contract.CollectRequest{Run: "run", Started: started, Job: contract.Job{Command: []string{"cat"}}}
		state := contract.RunState{Plan: p.plan}
		change(&request, &state)
		if request.State == nil {
			request.State, _ = json.Marshal(state)
		}
		text, err := json.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	good := event(func(*contract.CollectRequest, *contract.RunState) {})
	refuses := func(name, event string) {
		t.Run(name, func(t *testing.T) {
			_, err := p.call(t.Context(), p.collect, settings, event)
			r.refusedBy(t, p, err, "")
		})
	}
	for _, event := range []string{"", "{", "[]", "null", "{}", "1", `{"run":1}`, "\xff"} {
		refuses(fmt.Sprintf("event %q", event), event)
	}
	for _, state := range []string{`null`, `[]`, `{}`, `1`, `""`, `{"batch_input":1}`, `{"batch_input":null}`, `{"error":"InvalidInput"}`, `{"Error":1}`, `{"Error":{}}`} {
		refuses(
			"state "+state,
			event(func(r *contract.CollectRequest, _ *contract.RunState) { r.State = json.RawMessage(state) }),
		)
	}
	for name, change := range map[string]func(*contract.CollectRequest, *contract.RunState){
		"no name":                  func(r *contract.CollectRequest, _ *contract.RunState) { r.Run = "" },
		"a path for a name":        func(r *contract.CollectRequest, _ *contract.RunState) { r.Run = "../run" },
		"another run's name":       func(r *contract.CollectRequest, _ *contract.RunState) { r.Run = "another" },
		"no job":                   func(r *contract.CollectRequest, _ *contract.RunState) { r.Job = contract.Job{} },
		"a program without a name": func(r *contract.CollectRequest, _ *contract.RunState) { r.Job.Command = []string{""} },
		"a share below nothing":    func(r *contract.CollectRequest, _ *contract.RunState) { r.Job.ToleratedFailurePercentage = -1 },
		"a share above all":        func(r *contract.CollectRequest, _ *contract.RunState) { r.Job.ToleratedFailurePercentage = 101 },
		"no start":                 func(r *contract.CollectRequest, _ *contract.RunState) { r.Started = "" },
		"a start that is none":     func(r *contract.CollectRequest, _ *contract.RunState) { r.Started = "yesterday" },
		"another manifest":         func(_ *contract.CollectRequest, s *contract.RunState) { s.BatchInput.Manifest = "s3://bucket/input/a" },
		"no manifest":              func(_ *contract.CollectRequest, s *contract.RunState) { s.BatchInput.Manifest = "" },
		"an object too many":       func(_ *contract.CollectRequest, s *contract.RunState) { s.Objects++ },
		"a shard too few":          func(_ *contract.CollectRequest, s *contract.RunState) { s.Shards-- },
		"objects below zero":       func(_ *contract.CollectRequest, s *contract.RunState) { s.Objects = -3 },
		"a run without objects":    func(_ *contract.CollectRequest, s *contract.RunState) { s.Objects, s.Shards = 0, 0 },
	} {
		refuses(name, event(change))
	}
	for name, changed := range badSettings(settings, nil) {
		t.Run("setting "+name, func(t *testing.T) {
			_, err := p.call(t.Context(), p.collect, changed, good)
			r.refusedBy(t, p, err, "Runtime.ExitError")
		})
	}
	r.results(t, p, settings, good)
	index, _ := p.read("runs/run/manifest.index")
	for name, broken := range map[string]string{
		"nothing": "", "half an entry": index[:len(index)-1], "an entry twice": index + index[len(index)/2:], "letters": strings.ReplaceAll(index, "0", "O"),
		"another order": index[len(index)/2:] + index[:len(index)/2], "zeros": strings.Repeat("\x00", len(index)), "one entry": index[:len(index)/2],
	} {
		p.file(t, "runs/run/manifest.index", broken)
		refuses("index with "+name, good)
	}
	p.file(t, "runs/run/manifest.index", index)
	for name, manifest := range badManifests {
		p.file(t, "runs/run/manifest.jsonl", manifest)
		refuses("manifest with "+name, good)
	}
}

// results holds the collector to its word about results that a job did not leave like
// this: their objects have failed.
func (r *refusals) results(t *testing.T, p *planned, settings map[string]string, good string) {
	done := `{"key":"input/a","status":"done","bytes_in":1,"bytes_out":1}` + "\n"
	for name, result := range map[string]string{
		"nothing": "", "half a line": done[:20], "a line without its end": strings.TrimSuffix(done, "\n"), "a line twice": done + done,
		"another key": strings.Replace(done, "input/a", "input/b", 1), "another status": strings.Replace(done, "done", "Done", 1),
		"no status": `{"key":"input/a"}` + "\n", "no key": `{"status":"done"}` + "\n", "bytes below zero": strings.Replace(done, ":1", ":-1", 1),
		"bytes beyond all numbers": strings.Replace(done, ":1", ":99999999999999999999", 1), "another field": strings.Replace(done, "bytes_in", "bytes", 1),
		"a list": "[]\n", "null": "null\n", "zeros": "\x00\x00\x00\n", "no UTF-8": strings.Replace(done, "input/a", "input/\xff", 1),
		"half a surrogate pair": strings.Replace(done, "input/a", `input/\ud800`, 1), "an empty line": "\n" + done, "a line without end": strings.Repeat(" ", 1<<17),
		"two values in a line": strings.TrimSuffix(done, "\n") + "{}\n",
	} {
		t.Run("result with "+name, func(t *testing.T) {
			for shard := range p.plan.Shards {
				p.file(t, fmt.Sprintf("runs/run/results/%d.jsonl", shard), result)
			}
			r.inputs++
			_, err := p.call(t.Context(), p.collect, settings, good)
			text, _ := p.read("runs/run/report.json")
			var report contract.Report
			if err := errors.Join(
				err,
				json.Unmarshal([]byte(text), &report),
			); err != nil || report.Failed != 3 ||
				report.ShardsLost != p.plan.Shards {
				t.Errorf("got %v and %s, want all of the objects failed", err, text)
			} else {
				r.handled++
			}
			p.writes = 0 // The report, and the list of failures.
			p.s3.Delete(bucket, "runs/run/report.json")
		})
	}
}
