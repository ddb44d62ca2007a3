package lists_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/lambda/internal/lists"
)

// read returns the rows of a file, and the error at the end.
func read(t *testing.T, name, file string, columns ...string) (rows []lists.Row, last error) {
	t.Helper()
	for row, err := range lists.Sorted(strings.NewReader(file), name, columns, func(lists.Row) error { return nil }) {
		if last != nil {
			t.Fatal("it went on after an error")
		}
		if last = err; err == nil {
			rows = append(rows, row)
		}
	}
	return rows, last
}

func row(line int, key string, columns ...string) lists.Row {
	values := map[string]string{}
	for i := 0; i < len(columns); i += 2 {
		values[columns[i]] = columns[i+1]
	}
	return lists.Row{Key: key, Columns: contract.NewColumns(values), Line: line}
}

func TestTheRowsOfAListComeInTheOrderOfTheirKeysWithTheirColumns(t *testing.T) {
	want := []lists.Row{
		row(3, "input/a", "width", "400", "title", "one, \"two\"\nthree"),
		row(2, "input/b", "width", "", "title", " é "),
	}
	for name, file := range map[string]string{
		"plain.csv":       "key,width,title\ninput/b,, é \ninput/a,400,\"one, \"\"two\"\"\nthree\"\n",
		"spreadsheet.csv": "\ufefftitle,key,width\r\n é ,input/b,\r\n\"one, \"\"two\"\"\nthree\",input/a,400\r\n",
		"no-end.csv":      "key,width,title\ninput/b,, é \ninput/a,400,\"one, \"\"two\"\"\nthree\"",
		"lines.jsonl": "\n" + `{"key":"input/b","title":" é ","width":""}` + "\n" +
			`{"width":400,"key":"input/a","title":"one, \"two\"\nthree"}`,
	} {
		if got, err := read(t, name, file, "title", "width"); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %+v and %v, want %+v", name, got, err, want)
		}
	}
	if got, err := read(t, "keys.csv", "key\ninput/a\n"); err != nil || !slices.Equal(got, []lists.Row{row(2, "input/a")}) {
		t.Errorf("keys alone: got %+v and %v", got, err)
	}
	for name, file := range map[string]string{"none.csv": "key\n", "none.jsonl": ""} {
		if got, err := read(t, name, file); err != nil || len(got) > 0 {
			t.Errorf("%s: got %+v and %v, want a list of nothing", name, got, err)
		}
	}
}

func TestAListThatCannotBeMeantIsRefusedByTheLine(t *testing.T) {
	for _, test := range []struct{ name, file, want string }{
		{"a.csv", "", "line 1: the list is empty"},
		{"a.csv", "name,width\ninput/a,1\n", `line 1: unknown column "name"`},
		{"a.csv", "width\n1\n", `line 1: column "key" is missing`},
		{"a.csv", "key\ninput/a\n", `line 1: column "width" is missing: want "key", "width"`},
		{"a.csv", "key,width,more\n", `line 1: unknown column "more": want "key", "width"`},
		{"a.csv", "key,width,key\n", `line 1: column "key" comes twice`},
		{"a.csv", "key;width\ninput/a;1\n", `line 1: unknown column "key;width"`},
		{"a.csv", "input/a,1\n", `line 1: unknown column "input/a"`},
		{"a.csv", "key,width\ninput/a,1\n\ninput/b\n", "line 4: the row has 1 cells, want 2"},
		{"a.csv", "key,width\n\"input/a\nb\",1\ninput/b,1,2\n", "line 4: the row has 3 cells, want 2"},
		{"a.csv", "key,width\ninput/a,1\ninput/\"b,2\n", `line 3: bare "`},
		{"a.csv", "key,width\ninput/a,1\n\"input/b,2\n", `line 3: extraneous or missing "`},
		{"a.csv", "key,width\ninput/a,1\ninput/b,\xff\n", `line 3: column "width": got "\xff", want UTF-8`},
		{"a.csv", "key,width\ninput/b,1\ninput/a,1\ninput/b,2\n", `line 4: it has the key "input/b" of line 2: both`},
		{"a.csv", "key,width\ninput/a,1\ninput/b,\"" + strings.Repeat("x", 80_000) + "\"\n", "line 3: the row has more than 65536 bytes"},
		{"a.csv", "key,width\ninput/a,\"" + strings.Repeat("\x01", 10_000) + "\"\n", "line 2: its columns have"},
		{"a.jsonl", `{"key":"input/a"}` + "\n", `line 1: column "width" is missing`},
		{"a.jsonl", `{"key":"input/a","width":1}` + "\n" + `{"key":"input/b","width":1,"x":2}` + "\n", `line 2: unknown column "x"`},
		{"a.jsonl", `{"key":"input/a","width":1}` + "\n\n" + `{"key":"input/a","width":2}`, `line 3: it has the key "input/a" of line 1`},
		{"a.jsonl", `{"key":"input/a","width":null}`, `line 1: column "width": got null`},
		{"a.jsonl", "key,width\ninput/a,1\n", "line 1: got \"key,width\", want a JSON object"},
		{"a.jsonl", `{"key":"` + strings.Repeat("x", 80_000), "line 1: the row has more than 65536 bytes"},
	} {
		got, err := read(t, test.name, test.file, "width")
		if wrong, ok := errors.AsType[*lists.Error](err); !ok || !strings.HasPrefix(wrong.Error(), test.want) {
			t.Errorf("%.60q: got %d rows and %v, want %s", test.file, len(got), err, test.want)
		}
	}
}

func TestWhatTheReaderOfAListRefusesIsItsLine(t *testing.T) {
	check := func(row lists.Row) error {
		if row.Key == "b" {
			return errors.New("no b")
		}
		return nil
	}
	for row, err := range lists.Sorted(strings.NewReader("key\na\nb\n"), "a.csv", nil, check) {
		if err == nil || err.Error() != "line 3: no b" {
			t.Errorf("got %+v and %v", row, err)
		}
	}
}

func TestTroubleWithReadingAListIsHandedOn(t *testing.T) {
	trouble := fmt.Errorf("connection reset: %w", io.EOF)
	for name, all := range map[string][]string{
		"a.csv":   {"", "key", "key\n", "key\na", "key\na\n", "key\n\"a"},
		"a.jsonl": {"", `{"ke`, `{"key":"a"}`, `{"key":"a"}` + "\n"},
	} {
		for _, before := range all {
			file := io.MultiReader(strings.NewReader(before), iotest.ErrReader(trouble))
			var last error
			for _, err := range lists.Sorted(file, name, nil, func(lists.Row) error { return nil }) {
				last = err
			}
			if !errors.Is(last, trouble) {
				t.Errorf("%s after %q: got %v, want %v", name, before, last, trouble)
			}
		}
	}
}

func FuzzAListHasEachRowOnceOrIsRefused(f *testing.F) {
	for _, seed := range []string{
		"key,a\nx,1\ny,2\n", "\ufeffkey,a\r\n\"x\ny\",1\r\n", "a,key\n1,x\n\n2,y", `{"key":"x","a":1}` + "\n" + `{"key":"y","a":"\ud83d\ude00"}`,
		"key,a\nx,\"1\n", "key,a\nx,\xff\n", "key,a\nx,1\nx,1\n", `{"key":"x","key":"y","a":1}`, "key,a\n\"\"\"\",\"\"\n",
	} {
		f.Add("a.csv", seed)
		f.Add("a.jsonl", seed)
	}
	f.Fuzz(func(t *testing.T, name, file string) {
		rows, err := read(t, name, file, "a")
		if _, refused := errors.AsType[*lists.Error](err); err != nil && (!refused || len(rows) > 0 && !strings.Contains(err.Error(), "both")) {
			t.Fatalf("got %d rows and %v", len(rows), err)
		}
		lines := map[int]bool{}
		for i, row := range rows {
			_, has := row.Columns.Values()["a"]
			if i > 0 && row.Key <= rows[i-1].Key || lines[row.Line] || row.Line > strings.Count(file, "\n")+1 || !has {
				t.Fatalf("got %+v", rows)
			}
			lines[row.Line] = true
		}
	})
}
