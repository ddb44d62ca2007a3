package chaos

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"batchjobwithlambda/batch/contract"
)

// row is what a list says of an object: a text for {column.mark}, and the key of another object for {in2}.
type row struct{ mark, further string }

const (
	// ofCSV and ofJSONLines are the inputs of a run of the list, which is there as either.
	ofCSV       = `{"list":"s3://bucket/lists/rows.csv"}`
	ofJSONLines = `{"list":"s3://bucket/lists/rows.jsonl"}`

	// listScene has a list of new objects, two of which share a further input.
	listScene = "a list with further inputs"
	// doneListScene has a list that was done once, and of whose rows each has another reason to be done again, or none.
	doneListScene = "a list with further inputs that is done, and not quite"

	// changingFurther is the further input that changes, if one does.
	changingFurther = "input/further/c.txt"
)

// joining puts what a list says of an object before it, and its further input and its name behind.
var joining = []string{
	"sh", "-c", `printf '%s\n' "$1"; cat "$2" "$3"; echo "${3##*/}"`, "sh", "{column.mark}", "{in}", "{in2}",
}

// putRows puts the list of the runs, with the last row first.
func (f *fixture) putRows(rows map[string]row) error {
	f.rows = maps.Clone(rows)
	var comma, lines bytes.Buffer
	w, encoder := csv.NewWriter(&comma), json.NewEncoder(&lines)
	err := w.Write([]string{"key2", contract.KeyColumn, "mark"})
	for _, key := range slices.Backward(slices.Sorted(maps.Keys(rows))) {
		r := rows[key]
		err = firstError(
			err,
			w.Write([]string{r.further, key, r.mark}),
			encoder.Encode(map[string]string{"key2": r.further, contract.KeyColumn: key, "mark": r.mark}),
		)
	}
	w.Flush()
	_, csvErr := f.s3.Put(bucket, "lists/rows.csv", &comma, nil)
	_, linesErr := f.s3.Put(bucket, "lists/rows.jsonl", &lines, nil)
	return firstError(err, w.Error(), csvErr, linesErr, f.allowNow())
}

func someRows(ctx context.Context, f *fixture) (string, error) {
	_, err := someObjects(ctx, f)
	return ofCSV, firstError(
		err,
		f.put("further/shared.txt", "of two\n"),
		f.put("further/c.txt", noise(3000, 5)),
		f.put("not in the list", ""),
		f.putRows(map[string]row{
			"input/a.txt":   {"1,5", "input/further/shared.txt"},
			"input/b empty": {"{in2}\nof \"two\"", "input/further/shared.txt"},
			"input/ç":       {"", changingFurther},
		}),
	)
}

func rowsThatAreDone(ctx context.Context, f *fixture) (string, error) {
	names := []string{"same", "marked", "renamed", "changed", "of-changed", "of-gone", "of-new"}
	rows := map[string]row{}
	for _, name := range names {
		key := "input/" + name
		rows[key] = row{"before", furtherOf(key)}
		if err := firstError(f.put(name, name), f.put("further/"+name, "for "+name)); err != nil {
			return "", err
		}
	}
	f.remove("further/of-new")
	if err := f.putRows(rows); err != nil {
		return "", err
	}
	f.execute(ctx, "before", ofJSONLines)
	rows["input/marked"] = row{"since", rows["input/marked"].further}
	rows["input/renamed"] = row{"before", "input/further/renamed-since"}
	f.remove("further/of-gone")
	return ofJSONLines, firstError(
		f.put("further/renamed-since", "for renamed"),
		f.put("changed", "what it has since"),
		f.put("further/of-changed", "for what changed"),
		f.put("further/of-new", "for what is there since"),
		f.putRows(rows),
	)
}

// furtherOf is the key of the further input that an object has of its own. A file may have the name.
func furtherOf(key string) string {
	return "input/further/" + strings.ReplaceAll(strings.TrimPrefix(key, "input/"), " ", "-")
}

// listAll lists all inputs there are, each with a further input of its own that differs by the seed.
func (f *fixture) listAll(seed uint64) error {
	rows := map[string]row{}
	for i, key := range f.s3.Keys(bucket, "input/") {
		rows[key] = row{fmt.Sprint(seed, i), furtherOf(key)}
		if err := f.put(strings.TrimPrefix(furtherOf(key), "input/"), noise(1000, seed+uint64(i))); err != nil {
			return err
		}
	}
	return f.putRows(rows)
}

// ofRows reports whether the input of an execution asks for the rows.
func (f *fixture) ofRows(input string) bool {
	return f.rows != nil && (input == ofCSV || input == ofJSONLines)
}

// runOnceMore runs the list again, in which nothing has changed since. Whatever changed while a run went on is made
// of what it is now, what is up to date is skipped, and what cannot be made says for want of what.
func (f *fixture) runOnceMore(ctx context.Context, input string) {
	upToDate := map[string]bool{}
	for key := range f.rows {
		want, ok := f.makes(key)
		got, there := f.output(key)
		upToDate[key] = ok && there && got == want
	}
	e := f.execute(ctx, "once-more", input)
	if e.err != nil {
		f.report(lost, "the list cannot be run once more: %v", e.err)
		return
	}
	for key, result := range f.resultsOf(e) {
		_, ok := f.makes(key)
		want := contract.Done
		switch {
		case !ok:
			want = contract.Failed
		case upToDate[key]:
			want = contract.Skipped
		}
		if result.Status != want {
			f.report(different, "%s: %s is %s, want %s: %s", e.name, key, result.Status, want, result.Reason)
		}
		further := f.rows[key].further
		if f.inputs[key] != nil && f.inputs[further] == nil && !strings.Contains(result.Reason, further) {
			f.report(wrong, "%s: %s fails for want of %s, and says %q", e.name, key, further, result.Reason)
		}
	}
}

// resultsOf are what became of the objects of a run, by their keys.
func (f *fixture) resultsOf(e execution) map[string]contract.Result {
	results := map[string]contract.Result{}
	for result := range f.results(e) {
		results[result.Key] = result
	}
	return results
}
