package contract

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestALineIsWhatItsFieldsSayWhateverTheText(t *testing.T) {
	for _, text := range []string{"a", "<&>\u2028", "\x00\x1f\x7f", `"\`, "\xff", "é😀", strings.Repeat("\n", MaxReasonBytes)} {
		object := Object{Key: text, Size: -1, ETag: text, Reason: text, Kind: FailureKind(text), Deaths: -1, Inside: text, Columns: NewColumns(map[string]string{"b": text, text: "a"})}
		result := Result{Key: text, Status: Failed, BytesIn: -1 << 63, BytesOut: -1, ExitCode: -1, Reason: text}
		sameAsJSON(t, AppendObject(nil, object), object)
		sameAsJSON(t, AppendObject(nil, Object{Key: text}), Object{Key: text})
		sameAsJSON(t, AppendResult(nil, result), result)
		sameAsJSON(t, AppendResult(nil, Result{Key: text}), Result{Key: text})
	}
}

// sameAsJSON compares the line with what encoding/json writes of the value.
func sameAsJSON[T comparable](t *testing.T, line []byte, value T) {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var got, want T
	if err := json.Unmarshal(line, &got); err != nil {
		t.Errorf("%q: %v", line, err)
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if !utf8.Valid(line) || got != want || fieldsOf(t, string(line)) != fieldsOf(t, string(text)) {
		t.Errorf("got %s, want %s", line, text)
	}
}

// fieldsOf is which fields the JSON has.
func fieldsOf(t *testing.T, text string) string {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &fields); err != nil {
		t.Fatal(err)
	}
	for name := range fields {
		fields[name] = nil
	}
	names, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return string(names)
}

// It is only for speed, so no other test would notice.
func TestWhatTheProgramsWriteIsReadInOnePass(t *testing.T) {
	for _, object := range []Object{
		{Key: "input/a"},
		{
			Key: "input/<é&😀>", Size: 5 << 40, ETag: "d41d8cd98f00b204e9800998ecf8427e-2",
			Reason: "exit code 1", Kind: FailedExit, Deaths: 1, Inside: "input",
			Columns: NewColumns(map[string]string{"b<é>": "", "a": "1 &"}),
		},
	} {
		line := strings.TrimSuffix(string(AppendObject(nil, object)), "\n")
		if got, ok := scanObject([]byte(line)); !ok || got != object {
			t.Errorf("%s: got %+v and %v", line, got, ok)
		}
	}
	for _, result := range []Result{
		{Key: "input/a", Status: Skipped},
		{Key: "input/<é&😀>", Status: Done, BytesIn: 5 << 40, BytesOut: 10},
		{Key: "input/a", Status: Failed, ExitCode: -1, Reason: "killed"},
	} {
		line := strings.TrimSuffix(string(AppendResult(nil, result)), "\n")
		if got, ok := scanResult([]byte(line)); !ok || got != result {
			t.Errorf("%s: got %+v and %v", line, got, ok)
		}
	}
}

func FuzzTheOnePassTakesNothingThatJSONReadsOtherwise(f *testing.F) {
	for _, seed := range []string{
		`{"key":"a","size":1,"etag":"b","reason":"c"}`, `{"key":"a","size":1,"inside":"b"}`, `{"key":"a","size":1,"columns":{"a":"1","b":"2"}}`,
		`{"key":"a","size":1,"columns":{"b":"1","a":"2"}}`, `{"key":"a","size":1,"columns":{"a":"1","a":"2"}}`, `{"key":"a","size":1,"columns":{}}`, `{"key":"a","size":-0}`, `{"key":"a","size":01}`, `{"key":"a","size":9223372036854775807}`,
		`{"key":"a","size":9223372036854775808}`, `{"key":"a","size":1}}`, `{"key":"a","size":1} `, `{"key":"a","size":1,"key":"b"}`, `{"key":"a","size":-}`,
		`{"key":"\n","size":1}`, "{\"key\":\"\xff\",\"size\":1}", "{\"key\":\"\n\",\"size\":1}", `{"key":"a","size":1e3}`, `{"key":"a","size":1,"etag":""}`,
		`{"key":"a","status":"done","bytes_in":1,"bytes_out":2,"exit_code":-1,"reason":"b"}`, `{"key":"a","status":"done","exit_code":00}`, `{"key":"a","status":"a\u0000"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if object, ok := scanObject(line); ok {
			wantJSON(t, line, object)
		}
		if result, ok := scanResult(line); ok {
			wantJSON(t, line, result)
		}
	})
}

func wantJSON[T comparable](t *testing.T, line []byte, got T) {
	t.Helper()
	if want, err := parseLine[T](line); err != nil || got != want {
		t.Errorf("%q: got %+v, want %+v and %v", line, got, want, err)
	}
}
