package contract_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"batchjobwithlambda/batch/contract"
)

var planSettings = contract.PlanSettings{
	Input:      contract.Location{Bucket: "files", Prefix: "input/"},
	Output:     contract.Location{Bucket: "files", Prefix: "output/"},
	Runs:       contract.Location{Bucket: "workspace", Prefix: "pipelines/a/"},
	MaxShards:  contract.MaxArraySize,
	ShardTime:  10 * time.Minute,
	ShardBytes: 1 << 30,

	InventoryBucket: "inventories",
}

func TestAnInputIsReadAsItIsMeant(t *testing.T) {
	everything := contract.Input{Source: contract.SourcePrefix}
	for _, test := range []struct {
		name, input string
		want        contract.Input
	}{
		{"nothing", ``, everything},
		{"white space", " \n", everything},
		{"null", `null`, everything},
		{"an empty object", ` {} `, everything},
		{"an empty prefix", `{"prefix":""}`, everything},
		{"a prefix", `{"prefix":"2026/11"}`, contract.Input{Source: contract.SourcePrefix, Prefix: "2026/11"}},
		{"a prefix that resembles the input prefix", `{"prefix":"input"}`, contract.Input{Source: contract.SourcePrefix, Prefix: "input"}},
		{
			"filters", `{"include":["**/*.csv","a"],"exclude":["[a-c]/*"],"min_size":1,"max_size":1}`,
			contract.Input{Source: contract.SourcePrefix, Filter: contract.Filter{
				Include: []string{"**/*.csv", "a"}, Exclude: []string{"[a-c]/*"}, MinSize: 1, MaxSize: 1,
			}},
		},
		{
			"a time", `{"modified_since":"2026-11-22T18:30:00Z"}`,
			contract.Input{Source: contract.SourcePrefix, Filter: contract.Filter{
				ModifiedSince: time.Date(2026, 11, 22, 18, 30, 0, 0, time.UTC),
			}},
		},
		{
			"a limit, and force", `{"limit":1,"force":true}`,
			contract.Input{Source: contract.SourcePrefix, Limit: 1, Force: true},
		},
		{"no force", `{"force":false}`, everything},
		{"only a plan", `{"dry_run":true}`, contract.Input{Source: contract.SourcePrefix, DryRun: true}},
		{"a start that may be left out", `{"unless_running":true}`, contract.Input{Source: contract.SourcePrefix, UnlessRunning: true}},
		{"an overlap", `{"overlap":true}`, contract.Input{Source: contract.SourcePrefix, Overlap: true}},
		{"a bound", `{"shards":10000}`, contract.Input{Source: contract.SourcePrefix, Shards: 10000}},
		{
			"objects, which it sorts", `{"objects":["input/b","input/a"],"shards":1}`,
			contract.Input{Source: contract.SourceObjects, Objects: []string{"input/a", "input/b"}, Shards: 1},
		},
		{
			"an astral key, escaped", `{"objects":["input/\ud83d\ude00"]}`,
			contract.Input{Source: contract.SourceObjects, Objects: []string{"input/😀"}},
		},
		{
			"U+FFFD, which is a letter like any other", `{"objects":["input/�","input/\ufffd\\ud800"]}`,
			contract.Input{Source: contract.SourceObjects, Objects: []string{"input/�", `input/�\ud800`}},
		},
		{
			"a manifest", `{"manifest":"s3://workspace/pipelines/a/nightly/failed.jsonl"}`,
			contract.Input{Source: contract.SourceManifest, Manifest: contract.Address{Bucket: "workspace", Key: "pipelines/a/nightly/failed.jsonl"}},
		},
		{
			"an inventory", `{"inventory":"s3://inventories/files/input/2026-11-22T01-00Z/manifest.json"}`,
			contract.Input{Source: contract.SourceInventory, Inventory: contract.Address{Bucket: "inventories", Key: "files/input/2026-11-22T01-00Z/manifest.json"}},
		},
		{
			"a list", `{"list":"s3://workspace/lists/a/things.csv"}`,
			contract.Input{Source: contract.SourceList, List: contract.Address{Bucket: "workspace", Key: "lists/a/things.csv"}},
		},
		{
			"parameters", `{"parameters":{"width":"400","title":"\ud83d\ude00"}}`,
			contract.Input{Source: contract.SourcePrefix, Parameters: contract.Parameters{"width": "400", "title": "😀"}},
		},
		{
			"an inventory at the root", `{"inventory":"s3://inventories/manifest.json"}`,
			contract.Input{Source: contract.SourceInventory, Inventory: contract.Address{Bucket: "inventories", Key: "manifest.json"}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := contract.ParseInput([]byte(test.input), planSettings)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestAnInputSaysWhereItsObjectsComeFrom(t *testing.T) {
	for input, want := range map[string]contract.Origin{
		`{}`:                      {Source: contract.SourcePrefix, Address: "s3://files/input/"},
		`{"prefix":"x/"}`:         {Source: contract.SourcePrefix, Address: "s3://files/input/x/"},
		`{"objects":["input/a"]}`: {Source: contract.SourceObjects},
		`{"manifest":"s3://workspace/pipelines/a/n/failed.jsonl"}`: {
			Source:  contract.SourceManifest,
			Address: "s3://workspace/pipelines/a/n/failed.jsonl",
		},
		`{"list":"s3://workspace/lists/a.jsonl"}`: {
			Source:  contract.SourceList,
			Address: "s3://workspace/lists/a.jsonl",
		},
		`{"inventory":"s3://inventories/manifest.json"}`: {
			Source:  contract.SourceInventory,
			Address: "s3://inventories/manifest.json",
		},
	} {
		parsed, err := contract.ParseInput([]byte(input), planSettings)
		if got := parsed.Origin(planSettings); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v and %v, want %+v", input, got, err, want)
		}
	}
}

func TestAWholeBucketAsInputRefusesNoPrefix(t *testing.T) {
	settings := planSettings
	settings.Input.Prefix = ""
	for _, prefix := range []string{"", "input/", "a"} {
		if input, err := contract.ParseInput([]byte(`{"prefix":"`+prefix+`"}`), settings); err != nil || input.Prefix != prefix {
			t.Errorf("%q: got %+v and %v", prefix, input, err)
		}
	}
}

func TestAnInputThatCannotBeHonouredIsRefusedByField(t *testing.T) {
	long := strings.Repeat("k", contract.MaxKeyBytes)
	for _, test := range []struct{ name, input, field string }{
		{"a list", `[]`, "input"},
		{"a string", `"input/a"`, "input"},
		{"a number", `3`, "input"},
		{"no JSON", `{"shards":1`, "input"},
		{"two values", `{} {}`, "input"},
		{"a byte that is not UTF-8", "{\"prefix\":\"\xff\"}", "input"},
		{"a field twice", `{"shards":1,"shards":1}`, "input"},
		{"a field twice, once escaped", `{"shards":1,"sh\u0061rds":1}`, "input"},
		{"an unknown field", `{"limits":3}`, "input"},
		{"a field in the wrong case", `{"Prefix":"a"}`, "input"},
		{"a field without a name", `{"":null}`, "input"},

		{"a prefix that is null", `{"prefix":null}`, "prefix"},
		{"a prefix that is a number", `{"prefix":1}`, "prefix"},
		{"a prefix that is a list", `{"prefix":["a"]}`, "prefix"},
		{"a prefix longer than any key", `{"prefix":"` + long + `"}`, "prefix"},
		{"a prefix that repeats the input prefix", `{"prefix":"input/2026/"}`, "prefix"},
		{"the input prefix itself", `{"prefix":"input/"}`, "prefix"},
		{"half a surrogate pair", `{"prefix":"\ud800"}`, "prefix"},
		{"the other half", `{"prefix":"\uDE00"}`, "prefix"},
		{"half a surrogate pair beside U+FFFD", `{"prefix":"�\ud800"}`, "prefix"},

		{"objects that are null", `{"objects":null}`, "objects"},
		{"no objects", `{"objects":[]}`, "objects"},
		{"objects that are a string", `{"objects":"input/a"}`, "objects"},
		{"objects that are an object", `{"objects":{"input/a":1}}`, "objects"},
		{"a key that is null", `{"objects":["input/a",null]}`, "objects[1]"},
		{"a key that is a number", `{"objects":[1]}`, "objects[0]"},
		{"an empty key", `{"objects":[""]}`, "objects[0]"},
		{"a key outside the prefix", `{"objects":["output/a"]}`, "objects[0]"},
		{"a key that only resembles the prefix", `{"objects":["INPUT/a"]}`, "objects[0]"},
		{"the prefix itself", `{"objects":["input/"]}`, "objects[0]"},
		{"a key of 1,025 bytes", `{"objects":["input/` + long[len("input/")-1:] + `"]}`, "objects[0]"},
		{"a key with half a surrogate pair", `{"objects":["input/\udfff"]}`, "objects[0]"},
		{"a key twice", `{"objects":["input/a","input/b","input/a"]}`, "objects"},
		{"a key twice, once escaped", `{"objects":["input/a","input/\u0061"]}`, "objects"},

		{"a manifest that is null", `{"manifest":null}`, "manifest"},
		{"a manifest without a scheme", `{"manifest":"workspace/pipelines/a/nightly/failed.jsonl"}`, "manifest"},
		{"a manifest in a foreign bucket", `{"manifest":"s3://others/pipelines/a/nightly/failed.jsonl"}`, "manifest"},
		{"a manifest in the input's bucket", `{"manifest":"s3://files/pipelines/a/nightly/failed.jsonl"}`, "manifest"},
		{"a manifest outside the runs", `{"manifest":"s3://workspace/input/failed.jsonl"}`, "manifest"},
		{"a manifest of another pipeline", `{"manifest":"s3://workspace/pipelines/b/nightly/failed.jsonl"}`, "manifest"},
		{"a file that is no manifest", `{"manifest":"s3://workspace/pipelines/a/nightly/report.json"}`, "manifest"},
		{"a bucket alone", `{"manifest":"s3://workspace"}`, "manifest"},

		{"an inventory that is null", `{"inventory":null}`, "inventory"},
		{"an inventory without a scheme", `{"inventory":"inventories/files/manifest.json"}`, "inventory"},
		{"an inventory in the pipeline's bucket", `{"inventory":"s3://files/input/manifest.json"}`, "inventory"},
		{"a file of an inventory that is not its manifest", `{"inventory":"s3://inventories/files/input/data/a.csv.gz"}`, "inventory"},
		{"a file that only resembles a manifest", `{"inventory":"s3://inventories/files/xmanifest.json"}`, "inventory"},

		{"a list that is null", `{"list":null}`, "list"},
		{"a list without a scheme", `{"list":"workspace/lists/a.csv"}`, "list"},
		{"a list in the input's bucket", `{"list":"s3://files/lists/a.csv"}`, "list"},
		{"a list among the runs", `{"list":"s3://workspace/pipelines/a/a.csv"}`, "list"},
		{"a list of another kind", `{"list":"s3://workspace/lists/a.xlsx"}`, "list"},
		{"the lists themselves", `{"list":"s3://workspace/lists/"}`, "list"},
		{"a list and a prefix", `{"list":"s3://workspace/lists/a.csv","prefix":"a"}`, "prefix"},

		{"an include that is null", `{"include":null}`, "include"},
		{"an include that is a string", `{"include":"*.csv"}`, "include"},
		{"no globs", `{"include":[]}`, "include"},
		{"an empty glob", `{"include":["a",""]}`, "include[1]"},
		{"a glob that is a number", `{"include":[1]}`, "include[0]"},
		{"a class without an end", `{"include":["[a-"]}`, "include[0]"},
		{"alternatives without an end", `{"exclude":["{a,b"]}`, "exclude[0]"},
		{"a glob with half a surrogate pair", `{"exclude":["\udfff*"]}`, "exclude[0]"},
		{"a glob that repeats the input prefix", `{"include":["input/*.csv"]}`, "include[0]"},

		{"a time that is a date", `{"modified_since":"2026-11-22"}`, "modified_since"},
		{"a time without a zone", `{"modified_since":"2026-11-22T18:30:00"}`, "modified_since"},
		{"a time that is a number", `{"modified_since":1795372200}`, "modified_since"},
		{"a time that is null", `{"modified_since":null}`, "modified_since"},

		{"a size of 0", `{"max_size":0}`, "max_size"},
		{"a negative size", `{"min_size":-1}`, "min_size"},
		{"half a byte", `{"min_size":0.5}`, "min_size"},
		{"a size as a string", `{"min_size":"1 MiB"}`, "min_size"},
		{"a size beyond any integer", `{"max_size":99999999999999999999}`, "max_size"},
		{"sizes that nothing has", `{"min_size":2,"max_size":1}`, "max_size"},

		{"a limit of nothing", `{"limit":0}`, "limit"},
		{"a limit as a string", `{"limit":"10"}`, "limit"},
		{"a limit that is null", `{"limit":null}`, "limit"},
		{"force as a string", `{"force":"true"}`, "force"},
		{"force that is null", `{"force":null}`, "force"},
		{"force as a number", `{"force":1}`, "force"},
		{"an overlap as a string", `{"overlap":"yes"}`, "overlap"},
		{"a dry run as a string", `{"dry_run":"yes"}`, "dry_run"},
		{"both ways of meeting another run", `{"overlap":true,"unless_running":true}`, "unless_running"},

		{"no shards", `{"shards":0}`, "shards"},
		{"fewer than no shards", `{"shards":-1}`, "shards"},
		{"one shard too many", `{"shards":10001}`, "shards"},
		{"half a shard", `{"shards":1.5}`, "shards"},
		{"a number as a string", `{"shards":"3"}`, "shards"},
		{"a number with an exponent", `{"shards":1e9}`, "shards"},
		{"a number beyond any integer", `{"shards":99999999999999999999}`, "shards"},
		{"shards that are null", `{"shards":null}`, "shards"},
		{"shards that are true", `{"shards":true}`, "shards"},
		{"shards that are a list", `{"shards":[3]}`, "shards"},

		{"a prefix and objects", `{"prefix":"","objects":["input/a"]}`, "prefix"},
		{"objects and a manifest", `{"manifest":"s3://workspace/pipelines/a/nightly/failed.jsonl","objects":["input/a"]}`, "objects"},
		{"an inventory and a prefix", `{"inventory":"s3://inventories/manifest.json","prefix":"a"}`, "prefix"},
		{"three sources", `{"manifest":"s3://workspace/pipelines/a/nightly/failed.jsonl","objects":["input/a"],"prefix":"a"}`, "objects"},
	} {
		t.Run(test.name, func(t *testing.T) {
			input, err := contract.ParseInput([]byte(test.input), planSettings)
			invalid, ok := errors.AsType[*contract.InvalidInput](err)
			if !ok {
				t.Fatalf("got %+v and %v, want an InvalidInput", input, err)
			}
			if invalid.Field != test.field {
				t.Errorf("got field %q in %q, want %q", invalid.Field, err, test.field)
			}
		})
	}
}

func TestARefusalSaysFieldValueAndWhatIsWanted(t *testing.T) {
	for _, test := range []struct{ input, want string }{
		{`{"shards":0}`, `shards: got 0, want 1 to 10000`},
		{`{"shards":"3"}`, `shards: got "3", want 1 to 10000`},
		{`{"Prefix":"a"}`, `input: got unknown field "Prefix", want only prefix, objects, manifest, inventory, list, arrivals, include, exclude, modified_since, min_size, max_size, limit, force, overlap, unless_running, dry_run, parameters and shards`},
		{`{"parameters":["x"]}`, `parameters: got ["x"], want a JSON object in UTF-8 of text by the parameters' names, such as {"width":"400"}`},
		{`{"parameters":{"width":400}}`, `parameters.width: got 400, want text`},
		{`{"objects":["a\nb"]}`, `objects[0]: got "a\nb", want a list of one whole key or more, each below s3://files/input/, none twice`},
		{`{"objects":[1, {"a":` + "\n" + `2}]}`, `objects[0]: got 1, want a list of one whole key or more, each below s3://files/input/, none twice`},
		{`{"objects":{"a":` + "\n" + `2}}`, `objects: got {"a":2}, want a list of one whole key or more, each below s3://files/input/, none twice`},
		{`{"objects":["input/a"],"prefix":"a"}`, `prefix: got "a" beside objects, want at most one of prefix, objects, manifest, inventory, list and arrivals`},
		{`[]`, `input: got [], want a JSON object in UTF-8 that names each field once`},
		{"{\xff", `input: got "{\xff", want a JSON object in UTF-8 that names each field once`},
		{`{"include":["[a"]}`, `include[0]: got "[a", want a list of one glob or more over the keys below s3://files/input/, such as "2026/**/*.csv"`},
		{`{"exclude":["input/1/**"]}`, `exclude[0]: got "input/1/**", want "1/**": it continues s3://files/input/, so leave "input/" out`},
		{`{"modified_since":"today"}`, `modified_since: got "today", want a time in RFC 3339, such as "2026-11-22T18:30:00Z"`},
		{`{"min_size":"3"}`, `min_size: got "3", want a whole number of bytes, 1 or more`},
		{`{"limit":-1}`, `limit: got -1, want a whole number of objects, 1 or more`},
		{`{"force":"yes"}`, `force: got "yes", want true or false`},
		{`{"min_size":3,"max_size":2}`, `max_size: got 2, want 3 or more, which is min_size`},
		{`{"prefix":"input/1"}`, `prefix: got "input/1", want "1": it continues s3://files/input/, so leave "input/" out`},
	} {
		if _, err := contract.ParseInput([]byte(test.input), planSettings); err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v\nwant %s", test.input, err, test.want)
		}
	}
}

func TestAPipelineWithoutAnInventoryRefusesOneAndSaysHowToGetIt(t *testing.T) {
	settings := planSettings
	settings.InventoryBucket = ""
	for _, address := range []string{"s3://inventories/manifest.json", "s3://files/manifest.json", "s3:///manifest.json"} {
		_, err := contract.ParseInput([]byte(`{"inventory":"`+address+`"}`), settings)
		if err == nil || !strings.Contains(err.Error(), "Inventory in stacks/environments/environments.go") {
			t.Errorf("%s: got %v", address, err)
		}
	}
}

func TestARefusalStaysShortWhateverWasGiven(t *testing.T) {
	long := strings.Repeat("ä\n", 100_000)
	quoted, err := json.Marshal(long)
	if err != nil {
		t.Fatal(err)
	}
	for _, input := range []string{
		long,
		fmt.Sprintf(`{%s:1}`, quoted),
		fmt.Sprintf(`{"prefix":%s}`, quoted),
		fmt.Sprintf(`{"objects":[%s]}`, quoted),
		fmt.Sprintf(`{"shards":%s}`, quoted),
		fmt.Sprintf(`{"include":["[",%s]}`, quoted),
		fmt.Sprintf(`{"modified_since":%s}`, quoted),
		fmt.Sprintf(`{"max_size":%s}`, quoted),
		fmt.Sprintf(`{"manifest":%s}`, quoted),
		fmt.Sprintf(`{"inventory":%s}`, quoted),
	} {
		_, err := contract.ParseInput([]byte(input), planSettings)
		if err == nil || len(err.Error()) > 600 || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.20s…: got an error of %d bytes: %.700v", input, len(fmt.Sprint(err)), err)
		}
	}
}

func FuzzAnInputIsHonouredOrRefusedWithItsType(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `{}`, `[]`, `{"prefix":"2026/"}`, `{"Prefix":"a"}`, `{"prefix":"\ud800"}`, `{"prefix":"�\udc00"}`,
		`{"objects":["input/b","input/a\n"],"shards":3}`, `{"objects":["input/😀","input/\ud83d\ude00"]}`,
		`{"manifest":"s3://workspace/pipelines/a/nightly/failed.jsonl"}`, `{"inventory":"s3://inventories/files/manifest.json"}`, `{"shards":1e9}`, `{"shards":1,"shards":2}`, `{"limit":5,"force":true}`, `{"include":["**/*.{a,b}"],"exclude":["[^a]?"],"min_size":1,"max_size":2,"modified_since":"2026-11-22T18:30:00+01:00"}`, "{\"prefix\":\"\xff\"}",
		strings.Repeat("[", 20_000), `{"objects":[[[]]]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		input, err := contract.ParseInput(data, planSettings)
		if err != nil {
			if invalid, ok := err.(*contract.InvalidInput); !ok || invalid.Field == "" || invalid.Want == "" {
				t.Fatalf("got %#v, want an InvalidInput with field and want", err)
			}
			if !utf8.ValidString(err.Error()) {
				t.Fatalf("the error %q is not UTF-8", err)
			}
			return
		}
		if input.Shards < 0 || input.Shards > planSettings.MaxShards {
			t.Errorf("accepted %d shards", input.Shards)
		}
		if len(slices.Compact(slices.Sorted(slices.Values(input.Objects)))) != len(input.Objects) {
			t.Errorf("accepted a key twice: %q", input.Objects)
		}
		for _, key := range input.Objects {
			if err := planSettings.Input.CheckKey(key); err != nil {
				t.Error(err)
			}
		}
		if again, err := contract.ParseInput(
			encodeInput(t, input),
			planSettings,
		); err != nil ||
			!reflect.DeepEqual(again, input) {
			t.Errorf("read again: got %+v and %v, want %+v", again, err, input)
		}
	})
}

// encodeInput writes an input as a person would who means the same.
func encodeInput(t *testing.T, input contract.Input) []byte {
	fields := map[string]any{}
	switch input.Source {
	case contract.SourcePrefix:
		fields["prefix"] = input.Prefix
	case contract.SourceObjects:
		fields["objects"] = input.Objects
	case contract.SourceManifest:
		fields["manifest"] = input.Manifest.String()
	case contract.SourceInventory:
		fields["inventory"] = input.Inventory.String()
	}
	if input.Shards > 0 {
		fields["shards"] = input.Shards
	}
	if input.Limit > 0 {
		fields["limit"] = input.Limit
	}
	for name, yes := range map[string]bool{
		"force": input.Force, "overlap": input.Overlap, "unless_running": input.UnlessRunning,
		"dry_run": input.DryRun,
	} {
		if yes {
			fields[name] = true
		}
	}
	for name, globs := range map[string][]string{"include": input.Filter.Include, "exclude": input.Filter.Exclude} {
		if len(globs) > 0 {
			fields[name] = globs
		}
	}
	if !input.Filter.ModifiedSince.IsZero() {
		fields["modified_since"] = input.Filter.ModifiedSince.Format(time.RFC3339Nano)
	}
	for name, size := range map[string]int64{"min_size": input.Filter.MinSize, "max_size": input.Filter.MaxSize} {
		if size > 0 {
			fields[name] = size
		}
	}
	data, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
