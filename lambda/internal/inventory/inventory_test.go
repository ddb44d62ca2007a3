package inventory_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/lambda/internal/inventory"
	written "batchjobwithlambda/test/account/inventory"
)

// files are what an [inventory.Opener] opens.
type files map[string][]byte

func (f files) open(_ context.Context, key string) (io.ReadCloser, error) {
	content, ok := f[key]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(content)), nil
}

func filesOf(t *testing.T, report *written.Report) files {
	t.Helper()
	all := files{}
	if err := report.Put(func(key string, content []byte) error { all[key] = content; return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

func anything(contract.Listed) bool { return true }

// read returns the objects of a report on "files", and the error at the end.
func read(
	t *testing.T,
	f files,
	manifest string,
	wanted func(contract.Listed) bool,
) (got []contract.Object, last error) {
	t.Helper()
	for object, err := range inventory.All(t.Context(), f.open, manifest, "files", wanted) {
		if last != nil {
			t.Error("it went on after an error")
		}
		if last = err; err == nil {
			got = append(got, object)
		}
	}
	return got, last
}

const (
	md5ETag  = "d41d8cd98f00b204e9800998ecf8427e"
	partETag = "d41d8cd98f00b204e9800998ecf8427e-12"
)

func TestTheObjectsOfAReportComeOnceInTheOrderOfTheirKeys(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, schema := range []string{written.Current, written.AllVersions} {
		report := &written.Report{Bucket: "files", Schema: schema}
		var want []contract.Object
		var rows [][]string
		for i, key := range []string{
			"input/\x01", "input/\n", "input/ ", "input/$.x", "input/%41", "input/+", "input/-rf", "input//", "input/\"", "input/,", "input/é", "input/\u2028", "input/😀",
		} {
			want = append(want, contract.Object{Key: key, Size: int64(i), ETag: []string{"", md5ETag, partETag}[i%3]})
		}
		for i := range 500 {
			want = append(
				want,
				contract.Object{Key: fmt.Sprintf("input/%03d/%d", i*7%500, i), Size: random.Int64(), ETag: md5ETag},
			)
		}
		for _, object := range want {
			rows = append(rows, report.Row(object))
			if schema == written.AllVersions {
				rows = append(rows, report.Old(object), report.Old(object))
			}
		}
		if schema == written.AllVersions {
			rows = append(rows, report.Deleted("input/deleted"), report.Old(contract.Object{Key: "input/deleted", Size: 3}))
		}
		for _, key := range []string{"output/a", "runs/r/manifest.jsonl", "input"} {
			rows = append(rows, report.Row(contract.Object{Key: key, Size: 1, ETag: md5ETag}))
		}
		random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		for part := range slices.Chunk(rows, 200) {
			report.Add(part...)
		}
		report.Add()
		got, err := read(
			t,
			filesOf(t, report),
			report.ManifestKey(),
			func(o contract.Listed) bool { return strings.HasPrefix(o.Key, "input/") },
		)
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(want, func(a, b contract.Object) int { return strings.Compare(a.Key, b.Key) })
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %d objects, want %d, in their order", schema, len(got), len(want))
		}
	}
}

func TestColumnsAreFoundByTheirNames(t *testing.T) {
	for schema, row := range map[string][]string{
		"Size, Key":                              {"3", "input/a"},
		"ETag,Size,StorageClass,Key,Bucket":      {md5ETag, "3", "STANDARD", "input/a", "files"},
		"Bucket, Key, IsLatest, Size, ETag":      {"files", "input/a", "True", "3", md5ETag},
		"IsDeleteMarker, Bucket, Key, ETag,Size": {"FALSE", "files", "input/a", md5ETag, "3"},
	} {
		report := &written.Report{Bucket: "files", Schema: schema}
		report.Add(row)
		want := contract.Object{Key: "input/a", Size: 3}
		if strings.Contains(schema, "ETag") {
			want.ETag = md5ETag
		}
		if got, err := read(
			t,
			filesOf(t, report),
			report.ManifestKey(),
			anything,
		); err != nil ||
			!slices.Equal(got, []contract.Object{want}) {
			t.Errorf("%s: got %+v and %v, want %+v", schema, got, err, want)
		}
	}
}

func TestAReportWithoutObjectsHasNone(t *testing.T) {
	report := &written.Report{Bucket: "files", Schema: written.Current}
	if got, err := read(t, filesOf(t, report), report.ManifestKey(), anything); err != nil || len(got) > 0 {
		t.Errorf("got %+v and %v", got, err)
	}
}

func TestAManifestThatCannotBeHonouredIsRefused(t *testing.T) {
	report := &written.Report{Bucket: "files", Schema: written.Current}
	report.Add(report.Row(contract.Object{Key: "input/a", Size: 3}))
	good := string(report.Manifest())
	for _, test := range []struct{ name, old, new, text string }{
		{"no JSON", good, `{"fileFormat":`, "JSON"},
		{"a list", good, `[]`, "array"},
		{"null", good, `null`, "choose CSV"},
		{"ORC", `"CSV"`, `"ORC"`, "choose CSV"},
		{"Parquet", `"CSV"`, `"Parquet"`, "choose CSV"},
		{"another bucket's", `"sourceBucket": "files"`, `"sourceBucket": "others"`, `"others"`},
		{"no size", "Key, Size", "Key, StorageClass", "Size"},
		{"no key", "Key, Size", "Name, Size", "Key"},
		{"versions without a mark", "Bucket, Key", "VersionId, Key", "IsLatest"},
		{"no files", `"files": [`, `"other": [`, "no files"},
		{"a file without a key", `"files/input/data/0.csv.gz"`, `""`, "key"},
		{"a checksum that is none", `"MD5checksum": "`, `"MD5checksum": "x`, "MD5checksum"},
		{"a size that is none", `"size": `, `"size": -`, "size"},
		{"too long", good, strings.Repeat(" ", 33<<20), "bytes"},
	} {
		all := filesOf(t, report)
		text := strings.Replace(good, test.old, test.new, 1)
		if text == good {
			t.Fatalf("%s: nothing was changed", test.name)
		}
		all[report.ManifestKey()] = []byte(text)
		got, err := read(t, all, report.ManifestKey(), anything)
		wantError(t, test.name, err, report.ManifestKey(), test.text)
		if len(got) > 0 {
			t.Errorf("%s: got %d objects", test.name, len(got))
		}
	}
}

func wantError(t *testing.T, name string, err error, file, text string) {
	t.Helper()
	unusable, ok := errors.AsType[*inventory.Error](err)
	if !ok || unusable.File != file || !strings.Contains(err.Error(), text) {
		t.Errorf("%s: got %v, want it to be about %s and to have %q", name, err, file, text)
	}
}

func TestAFileThatCannotBeReadIsNamedWithItsLineAndNothingIsYielded(t *testing.T) {
	const good = `"files","input/b","3","` + md5ETag + `"` + "\n"
	for _, test := range []struct{ name, text, want string }{
		{"a field too few", good + `"files","input/c","3"`, "line 2: wrong number of fields"},
		{"a field too many", `"files","input/c","3","",""` + "\n" + good, "wrong number of fields"},
		{"a quote that does not end", good + good + `"files","input/c","3","`, "line"},
		{"a size that is none", `"files","input/c","3 ","x"`, `line 1: size "3 " is no number of bytes`},
		{"a size below zero", good + `"files","input/c","-3","x"`, `line 2: size "-3" is no number of bytes`},
		{"no size", `"files","input/c","","x"`, `size "" is no number of bytes`},
		{"a size beyond all numbers", `"files","input/c","9223372036854775808","x"`, "is no number of bytes"},
		{"an escape that is none", good + `"files","input/%zz","3","x"`, `line 2: invalid URL escape "%zz"`},
		{"a key that is not UTF-8", `"files","input/%ff","3","x"`, "not UTF-8"},
		{"no key", `"files","","3","x"`, "the key is empty"},
		{"a key that is too long", `"files","` + strings.Repeat("k", contract.MaxKeyBytes+1) + `","3","x"`, "1025 bytes"},
		{"a byte that is not UTF-8", "\"files\",\"input/\xff\",\"3\",\"x\"", "not UTF-8"},
	} {
		report := &written.Report{Bucket: "files", Schema: written.Current}
		report.Add(report.Row(contract.Object{Key: "input/a", Size: 3}))
		report.AddFile(written.Gzip([]byte(test.text)))
		got, err := read(t, filesOf(t, report), report.ManifestKey(), anything)
		wantError(t, test.name, err, report.Files[1].Key, test.want)
		if len(got) > 0 {
			t.Errorf("%s: got %d objects", test.name, len(got))
		}
	}
	report := &written.Report{Bucket: "files", Schema: written.AllVersions}
	row := report.Row(contract.Object{Key: "input/a", Size: 3})
	row[3] = "yes"
	report.Add(row)
	_, err := read(t, filesOf(t, report), report.ManifestKey(), anything)
	wantError(t, "a flag", err, report.Files[0].Key, `line 1: "yes" is neither true nor false`)
}

func TestAFileThatIsNotWhatTheManifestSaysIsRefused(t *testing.T) {
	for name, change := range map[string]func(content []byte) []byte{
		"cut short":                    func(c []byte) []byte { return c[:len(c)-20] },
		"empty":                        func([]byte) []byte { return nil },
		"one byte changed":             func(c []byte) []byte { c = slices.Clone(c); c[len(c)/2] ^= 1; return c },
		"no gzip":                      func([]byte) []byte { return []byte("Bucket, Key") },
		"something behind it":          func(c []byte) []byte { return append(slices.Clone(c), "more"...) },
		"another report's":             func([]byte) []byte { return written.Gzip([]byte(`"files","input/x","3",""` + "\n")) },
		"with a file more in one file": func(c []byte) []byte { return append(slices.Clone(c), c...) },
	} {
		report := &written.Report{Bucket: "files", Schema: written.Current}
		var rows [][]string
		for i := range 1000 {
			rows = append(rows, report.Row(contract.Object{Key: fmt.Sprintf("input/%d", i*7919), Size: int64(i)}))
		}
		report.Add(rows...)
		all := filesOf(t, report)
		file := report.Files[0].Key
		all[file] = change(all[file])
		got, err := read(t, all, report.ManifestKey(), anything)
		wantError(t, name, err, file, "")
		if len(got) > 0 {
			t.Errorf("%s: got %d objects", name, len(got))
		}
	}
}

func TestAManifestThatSaysAnotherSizeIsNotBelieved(t *testing.T) {
	report := &written.Report{Bucket: "files", Schema: written.Current}
	report.Add(report.Row(contract.Object{Key: "input/a", Size: 3}))
	all := filesOf(t, report)
	all[report.ManifestKey()] = bytes.Replace(report.Manifest(), []byte(`"size": `), []byte(`"size": 1`), 1)
	_, err := read(t, all, report.ManifestKey(), anything)
	wantError(t, "size", err, report.Files[0].Key, "bytes")
}

func TestAFileThatIsMissingIsTold(t *testing.T) {
	report := &written.Report{Bucket: "files", Schema: written.Current}
	report.Add()
	for _, key := range []string{report.ManifestKey(), report.Files[0].Key} {
		all := filesOf(t, report)
		delete(all, key)
		_, err := read(t, all, report.ManifestKey(), anything)
		wantError(t, key, err, key, "")
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v, want that it does not exist", err)
		}
	}
}

func TestAReportThatHasAKeyTwiceIsRefused(t *testing.T) {
	report := &written.Report{Bucket: "files", Schema: written.Current}
	report.Add(report.Row(contract.Object{Key: "input/a", Size: 3}), report.Row(contract.Object{Key: "input/b", Size: 3}))
	report.Add(report.Row(contract.Object{Key: "input/b", Size: 4}))
	_, err := read(t, filesOf(t, report), report.ManifestKey(), anything)
	wantError(t, "twice", err, report.ManifestKey(), `"input/b" twice`)
}

func FuzzAManifestIsReadOrRefused(f *testing.F) {
	report := &written.Report{Bucket: "files", Schema: written.AllVersions}
	f.Add(report.Manifest())
	report.Add()
	f.Add(report.Manifest())
	f.Add([]byte(`null`))
	f.Add([]byte(`{"sourceBucket":"files","fileFormat":"CSV","fileSchema":"Key,Size","files":[{"key":"a","size":1e3}]}`))
	f.Fuzz(func(t *testing.T, manifest []byte) {
		_, err := read(t, files{"manifest.json": manifest}, "manifest.json", anything)
		if _, unusable := errors.AsType[*inventory.Error](err); err != nil && !unusable {
			t.Errorf("got %v, want an Error", err)
		}
	})
}

func FuzzRowsAreObjectsOrRefused(f *testing.F) {
	for _, rows := range []string{
		"", "\n", `"files","input/a","3","x"` + "\n", `files,input/a,3,x`, `"files","input/%41+b","3",""` + "\r\n", `"a""b","c` + "\n" + `d","0",""`,
		`"files","input/a","3","x"` + "\n" + `"files","input/a","3","x"`, "\"", "\xff", `"files","%00","9223372036854775807","-"`,
	} {
		f.Add([]byte(rows))
	}
	f.Fuzz(func(t *testing.T, rows []byte) {
		report := &written.Report{Bucket: "files", Schema: written.Current}
		report.AddFile(written.Gzip(rows))
		got, err := read(t, filesOf(t, report), report.ManifestKey(), anything)
		if _, unusable := errors.AsType[*inventory.Error](err); err != nil && !unusable {
			t.Errorf("got %v, want an Error", err)
		}
		previous := ""
		for _, object := range got {
			if contract.CheckKey(object.Key) != nil || object.Key <= previous || object.Size < 0 {
				t.Errorf("got %+v after %q", object, previous)
			}
			previous = object.Key
		}
	})
}
