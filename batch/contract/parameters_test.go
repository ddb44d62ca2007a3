package contract_test

import (
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

func TestACommandIsFilledWithTheValuesOfItsParameters(t *testing.T) {
	for _, test := range []struct{ argument, value, want string }{
		{"-{param.x}", "9", "-9"},
		{"{param.x}{param.x}", "ab", "abab"},
		{"{param.x}", "", ""},
		{"{param.x}", "a b;$c 'd'", "a b;$c 'd'"},
		{"{in}={param.x}", "1", "{in}=1"},
		{"plain", "1", "plain"},
		{"{{param.x}}", "1", "{{param.x}}"},
		{"${name} {param.x}", "1", "${{name}} 1"},
	} {
		command := contract.Command{"program", test.argument, "{param.x}"}
		got, err := command.Fill(contract.Parameters{"x": test.value})
		if err != nil || got[1] != test.want {
			t.Errorf("%q with %q: got %q, %v, want %q", test.argument, test.value, got, err, test.want)
		}
	}
}

// Whoever starts an execution chooses values, and not what the command is.
func TestAValueIsNeverReadAsAPlaceholder(t *testing.T) {
	for _, argument := range []string{"{param.x}", "-{param.x}-", "{{param.x}", "{param.x}}", "{ {param.x} }", "${param.x}{param.x}"} {
		for _, value := range []string{
			"{in}", "{{in}}", "{{{in}}}", "{{in}", "{in}}", "${in}", "{param.x}", "{param.", "in}", "{in", "{outdri}", "{}", "{", "}",
		} {
			command := contract.Command{"program", argument, "{param.x}"}
			template, err := contract.ParseTemplate(command)
			if err != nil {
				t.Fatal(err)
			}
			filled, err := command.Fill(contract.Parameters{"x": value})
			if err != nil {
				t.Errorf("%q with %q: %v", argument, value, err)
				continue
			}
			again, err := contract.ParseTemplate(filled)
			if err != nil {
				t.Errorf("%q with %q: %q: %v", argument, value, filled, err)
				continue
			}
			want := template.Expand(map[string]string{contract.ParameterPlaceholder("x"): value}, nil)
			if got := again.Expand(nil, nil); !slices.Equal(got, want) {
				t.Errorf("%q with %q: the command runs with %q, want %q", argument, value, got, want)
			}
		}
	}
}

func TestValuesThatMakeNoCommandAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		command contract.Command
		value   string
	}{
		"too long":                        {contract.Command{"program", "{param.x}"}, strings.Repeat("x", contract.MaxCommandBytes)},
		"a NUL":                           {contract.Command{"program", "{param.x}"}, "a\x00"},
		"not UTF-8":                       {contract.Command{"program", "{param.x}"}, "\xff"},
		"a parameter of AWS Batch":        {contract.Command{"program", "{param.x}"}, "Ref::manifest"},
		"a dollar before a placeholder":   {contract.Command{"program", "{param.x}{in}"}, "$"},
		"a brace on each side of another": {contract.Command{"program", "{param.x}{in}}"}, "{"},
		"a shell that reads a key":        {contract.Command{"env", "{param.x}", "-c", "echo {key}"}, "sh"},
		"no such parameter":               {contract.Command{"program", "{param.y}"}, "1"},
	} {
		if filled, err := test.command.Fill(contract.Parameters{"x": test.value}); err == nil {
			t.Errorf("%s: got %q, want an error", name, filled)
		}
	}
}

func TestAnUnknownParameterIsRefusedByName(t *testing.T) {
	const where = "Parameters in stacks/environments/environments.go"
	for _, test := range []struct {
		parameters contract.Parameters
		want       string
	}{
		{nil, `parameters: got unknown parameter "x", want none, because this pipeline has no parameters (it gets them by ` + where + `)`},
		{contract.Parameters{"a": "1"}, `parameters: got unknown parameter "x", want only a, or another in ` + where},
		{contract.Parameters{"a": "1", "b": "2"}, `parameters: got unknown parameter "x", want only a and b, or another in ` + where},
	} {
		if _, err := test.parameters.With(contract.Parameters{"x": "1"}); err == nil || err.Error() != test.want {
			t.Errorf("got %v\nwant %s", err, test.want)
		}
	}
}

func TestGivenParametersTakeThePlaceOfDefaultsAndOfNothingElse(t *testing.T) {
	defaults := contract.Parameters{"a": "1", "b": "2"}
	got, err := defaults.With(contract.Parameters{"b": ""})
	if err != nil || got.String() != `{"a":"1","b":""}` || defaults.String() != `{"a":"1","b":"2"}` {
		t.Errorf("got %s, %v; the defaults are %s", got, err, defaults)
	}
	read, err := contract.ParseParameters(got.String())
	if err != nil || read.String() != got.String() {
		t.Errorf("read %s, %v, want %s", read, err, got)
	}
}

func TestAPlanWithoutParametersLeavesAJobItsDefaults(t *testing.T) {
	job := contract.Job{Command: []string{"gzip", "-{param.level}"}, Parameters: contract.Parameters{"level": "6"}}
	for text, want := range map[string]string{"": "-6", `{"level":"9"}`: "-9"} {
		if filled, err := job.Filled(text); err != nil || filled.Command[1] != want {
			t.Errorf("%q: got %q, %v, want %s", text, filled.Command, err, want)
		}
	}
	for _, text := range []string{"null", "{}", "x"} {
		if filled, err := job.Filled(text); err == nil {
			t.Errorf("%q: got %q, want an error", text, filled.Command)
		}
	}
}
