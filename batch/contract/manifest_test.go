package contract_test

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"batchjobwithlambda/batch/contract"
)

// strangeKeys are keys that S3 allows, and that careless code trips over, sorted.
var strangeKeys = []string{
	"\x00",
	"\n",
	"\r\n",
	" ",
	"$.x",
	"%41",
	"+",
	"-rf",
	"..",
	"/",
	"//",
	"<&>",
	`\ud800`,
	"é",
	"\u2028",
	"�",
	"😀",
	"😀" + strings.Repeat("k", 1020),
}

// collect is slices.Collect for what may end in an error.
func collect[T any](values iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for value, err := range values {
		if err != nil {
			return all, err
		}
		all = append(all, value)
	}
	return all, nil
}

// write returns the file of the values, which appendLine appends one by one.
func write[T any](appendLine func([]byte, T) []byte, values ...T) string {
	var file []byte
	for _, value := range values {
		file = appendLine(file, value)
	}
	return string(file)
}

func TestAManifestSurvivesItsFileWhateverTheKeys(t *testing.T) {
	var objects []contract.Object
	for i, key := range strangeKeys {
		objects = append(
			objects,
			contract.Object{
				Key:    key,
				Size:   int64(i) << 40,
				ETag:   "d41d8cd98f00b204e9800998ecf8427e-2",
				Reason: "exit code 1\n" + key,
			},
		)
	}
	file := write(contract.AppendObject, objects...)
	if lines := strings.Count(file, "\n"); lines != len(objects) {
		t.Errorf("got %d lines, want one an object: %d", lines, len(objects))
	}
	got, err := collect(contract.ReadManifest(iotest.OneByteReader(strings.NewReader(file))))
	if err != nil || !slices.Equal(got, objects) {
		t.Errorf("got %+v and %v, want %+v", got, err, objects)
	}
}

func TestABrokenManifestEndsInAnErrorThatNamesTheLine(t *testing.T) {
	const first = `{"key":"a","size":1}` + "\n"
	for _, test := range []struct{ name, second string }{
		{"the same key again", first},
		{"the same key, escaped", `{"key":"\u0061","size":1}` + "\n"},
		{"a smaller key", `{"key":"A","size":1}` + "\n"},
		{"no key", `{"size":1}` + "\n"},
		{"null", "null\n"},
		{"a list", "[]\n"},
		{"an empty line", "\n"},
		{"two values", `{"key":"b","size":1}{}` + "\n"},
		{"an unknown field", `{"key":"b","size":1,"status":"done"}` + "\n"},
		{"a size below zero", `{"key":"b","size":-1}` + "\n"},
		{"a size that is a string", `{"key":"b","size":"1"}` + "\n"},
		{"a key of 1,025 bytes", `{"key":"` + strings.Repeat("k", 1025) + `","size":1}` + "\n"},
		{"half a surrogate pair", `{"key":"b\ud800","size":1}` + "\n"},
		{"a byte that is not UTF-8", "{\"key\":\"b\xff\",\"size\":1}\n"},
		{"a line that never ends", `{"key":"b","etag":"` + strings.Repeat("k", 70_000) + "\"}\n"},
		{"a file that was cut short", `{"key":"b","size":1}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := collect(contract.ReadManifest(strings.NewReader(first + test.second)))
			if err == nil || !strings.HasPrefix(err.Error(), "manifest line 2: ") {
				t.Errorf("got error %v, want one of line 2", err)
			}
			if len(got) != 1 {
				t.Errorf("got %d objects, want the one before the broken line", len(got))
			}
		})
	}
}

func TestTroubleWithReadingAManifestIsHandedOn(t *testing.T) {
	trouble := fmt.Errorf("connection reset: %w", io.EOF)
	for _, before := range []string{"", `{"key":`, `{"key":"a"}` + "\n"} {
		_, err := collect(contract.ReadManifest(io.MultiReader(strings.NewReader(before), iotest.ErrReader(trouble))))
		if !errors.Is(err, trouble) {
			t.Errorf("after %q: got %v, want %v", before, err, trouble)
		}
	}
}

func TestReadingAManifestStopsWhenTheReaderHasEnough(t *testing.T) {
	for object, err := range contract.ReadManifest(strings.NewReader(write(contract.AppendObject, contract.Object{Key: "a"}, contract.Object{Key: "b"}))) {
		if err != nil || object.Key != "a" {
			t.Fatalf("got %q and %v after the first object", object.Key, err)
		}
		break
	}
}

func FuzzAManifestNamesNoObjectTwiceAndSurvivesItsFile(f *testing.F) {
	for _, seed := range []string{
		"", "\n", `{"key":"a","size":1}` + "\n" + `{"key":"b","size":2,"etag":"x","reason":"y"}` + "\n",
		`{"key":"a"}` + "\n" + `{"KEY":"a"}` + "\n", `{"key":"b","key":"a"}` + "\n" + `{"key":"a"}` + "\n",
		`{"key":"\ud83d\ude00"}` + "\n", `{"key":"\ud83d"}` + "\n", `{"key":"a"}`, "{\"key\":\"\xff\"}\n", `{"key":"a","size":9223372036854775808}` + "\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		seen := map[string]bool{}
		for object, err := range contract.ReadManifest(strings.NewReader(string(file))) {
			if err != nil {
				return
			}
			if seen[object.Key] {
				t.Fatalf("key %q twice", object.Key)
			}
			seen[object.Key] = true
			again, err := collect(contract.ReadManifest(strings.NewReader(write(contract.AppendObject, object))))
			if err != nil || !slices.Equal(again, []contract.Object{object}) {
				t.Fatalf("read again: got %+v and %v, want %+v", again, err, object)
			}
		}
	})
}
