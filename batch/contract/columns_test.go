package contract_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

func TestColumnsAreTheSameTextWhateverTheOrder(t *testing.T) {
	for _, values := range []map[string]string{
		nil,
		{"width": "400"},
		{"b": "", "a": "\x00\"<é😀\u2028", "": "x"},
	} {
		columns := contract.NewColumns(values)
		if got := columns.Values(); !maps.Equal(got, values) {
			t.Errorf("got %q, want %q", got, values)
		}
		text, err := json.Marshal(columns)
		if err != nil {
			t.Fatal(err)
		}
		var again contract.Columns
		if err := json.Unmarshal(text, &again); err != nil || again != columns {
			t.Errorf("%s: got %s and %v, want %s", text, again, err, columns)
		}
	}
	var one, other contract.Columns
	for text, columns := range map[string]*contract.Columns{`{ "b":"2","a":"1"}`: &one, `{"a":"\u0031","b":"2"}`: &other} {
		if err := json.Unmarshal([]byte(text), columns); err != nil {
			t.Fatal(err)
		}
	}
	if one != other || one != contract.NewColumns(map[string]string{"a": "1", "b": "2"}) {
		t.Errorf("got %s and %s", one, other)
	}
}

func TestACommandForAnObjectHasTheValuesOfItsColumns(t *testing.T) {
	command := contract.Command{"resize", "{in}", "-w", "{column.width}", "{{column.width}}", "{param.level}"}
	columns := contract.NewColumns(map[string]string{"width": "400 {in}", "more": "x"})
	texts := textsOf(t, command)
	filled, err := texts.For(contract.Object{Columns: columns})
	want := contract.Command{"resize", "{in}", "-w", "400 {{in}}", "{{column.width}}", "{param.level}"}.String()
	if err != nil || filled != want {
		t.Errorf("got %q and %v, want %q", filled, err, want)
	}
	for name, columns := range map[string]contract.Columns{
		"no columns":     "",
		"another column": contract.NewColumns(map[string]string{"height": "1"}),
		"a NUL":          contract.NewColumns(map[string]string{"width": "\x00"}),
		"too long":       contract.NewColumns(map[string]string{"width": strings.Repeat("1", contract.MaxCommandBytes)}),
	} {
		if text, err := texts.For(contract.Object{Columns: columns}); err == nil {
			t.Errorf("%s: got %q, want an error", name, text)
		}
	}
	plain := contract.Command{"gzip", "{{in}}"}
	if got, err := textsOf(t, plain).For(contract.Object{Columns: columns}); err != nil || got != plain.String() {
		t.Errorf("got %q and %v", got, err)
	}
}

func textsOf(t *testing.T, command contract.Command) contract.Texts {
	t.Helper()
	texts, err := contract.NewTexts(command)
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// What an object costs shows by the allocations, of which parsing takes a few for each argument.
func TestACommandIsParsedOnceForAllObjectsOfAList(t *testing.T) {
	command := append(contract.Command{"resize", "{column.width}"}, slices.Repeat([]string{"{key}"}, 50)...)
	columns := contract.NewColumns(map[string]string{"width": "400"})
	input := contract.Location{Bucket: "in", Prefix: "input/"}
	check := command.CheckColumns(input)
	fill := testing.AllocsPerRun(100, func() { _ = command.CheckColumns(input)(columns) })
	parse := testing.AllocsPerRun(100, func() { _, _ = contract.ParseTemplate(command) })
	each := testing.AllocsPerRun(100, func() {
		if err := check(columns); err != nil {
			t.Fatal(err)
		}
	})
	if each+parse/2 > fill {
		t.Errorf("checking the columns of an object takes %v allocations, parsing %v, and both at once %v", each, parse, fill)
	}
}

func TestTheColumnsOfACommandAreThoseThatItNames(t *testing.T) {
	template, err := contract.ParseTemplate(contract.Command{
		"{column.program}", "{column.b}{column.a}", "{column.b}", "${column.c}", "{{column.d}}",
	})
	if got := template.Columns(); err != nil || !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("got %q and %v", got, err)
	}
}

func TestTextsOfARowAreTextsOrNumbers(t *testing.T) {
	got, err := contract.ParseTexts([]byte(` {"key":"input/é\ud83d\ude00","width":400,"ratio":-1.50e3,"empty":""} `))
	want := map[string]string{"key": "input/é😀", "width": "400", "ratio": "-1.50e3", "empty": ""}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("got %q and %v, want %q", got, err, want)
	}
	for _, line := range []string{
		"", "null", "[]", `"key"`, "{", `{"key":"a"}{}`, `{"key":null}`, `{"key":true}`, `{"key":["a"]}`, `{"key":{}}`,
		`{"key":"a","key":"b"}`, `{"key":"\ud800"}`, "{\"key\":\"\xff\"}", `{"key":01}`,
	} {
		if got, err := contract.ParseTexts([]byte(line)); err == nil {
			t.Errorf("%s: got %q, want an error", line, got)
		}
	}
}

func FuzzColumnsSurviveTheLineOfTheirObject(f *testing.F) {
	f.Add("width", "400", "b", "\x00")
	f.Add("", "\xff", `"`, "{in}")
	f.Fuzz(func(t *testing.T, name, value, otherName, otherValue string) {
		for _, text := range []*string{&name, &value, &otherName, &otherValue} {
			*text = strings.ToValidUTF8(*text, "?")[:min(len(strings.ToValidUTF8(*text, "?")), 500)]
			*text = strings.ToValidUTF8(*text, "?")
		}
		object := contract.Object{Key: "a", Columns: contract.NewColumns(map[string]string{name: value, otherName: otherValue})}
		got, err := collect(contract.ReadManifest(strings.NewReader(write(contract.AppendObject, object))))
		if err != nil || len(got) != 1 || got[0] != object {
			t.Errorf("got %+v and %v, want %+v", got, err, object)
		}
	})
}
