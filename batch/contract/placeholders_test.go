package contract_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

// values are what each placeholder stands for in the tests. No value is expanded again.
var values = map[string]string{
	contract.InFile:                        "/s/in/b.tar.gz",
	contract.OutFile:                       "/s/out/b.tar.gz.zst",
	contract.OutDir:                        "/s/outdir",
	contract.ObjectKey:                     "input/{in}",
	contract.ObjectPath:                    "a/b.tar.gz",
	contract.ObjectName:                    "b.tar.gz",
	contract.ObjectStem:                    "b.tar",
	contract.ObjectExtension:               ".gz",
	contract.ParameterPlaceholder("level"): "{param.level}",
	contract.ColumnPlaceholder("size"):     "{in}",
}

func TestAnArgumentHasItsPlaceholdersReplacedAndNothingElse(t *testing.T) {
	for argument, want := range map[string]string{
		"":                                      "",
		"-9":                                    "-9",
		"{in}":                                  "/s/in/b.tar.gz",
		"png:{in}[0]":                           "png:/s/in/b.tar.gz[0]",
		"{in},{out}":                            "/s/in/b.tar.gz,/s/out/b.tar.gz.zst",
		"{outdir}/{stem}{ext}":                  "/s/outdir/b.tar.gz",
		"{key}={path}={name}":                   "input/{in}=a/b.tar.gz=b.tar.gz",
		"-{param.level}":                        "-{param.level}",
		"{{in}}":                                "{in}",
		"{{{in}}}":                              "{{in}}",
		"{{in}":                                 "{/s/in/b.tar.gz",
		"{in}}":                                 "/s/in/b.tar.gz}",
		"%h = (in => 1); print $h{{in}}":        "%h = (in => 1); print $h{in}",
		"{{param.level}} {{outdri}} {{param.}}": "{param.level} {outdri} {param.}",
		"for name in *; do echo ${name}; done":  "for name in *; do echo ${name}; done",
		"${outdri}":                             "${outdri}",
		"{column.size}x{column.a-b}":            "{in}x",
		"{{column.size}}":                       "{column.size}",
		"{ in }":                                "{ in }",
		"{}{.}{id}{print}{1,2}{a:1}{\n":         "{}{.}{id}{print}{1,2}{a:1}{\n",
		"{{ .Values }}{{values}}":               "{{ .Values }}{{values}}",
		"{größe}\xff":                           "{größe}\xff",
	} {
		template, err := contract.ParseTemplate(contract.Command{"program", argument})
		if err != nil {
			t.Errorf("%q: %v", argument, err)
			continue
		}
		if got := template.Expand(values, nil); !slices.Equal(got, []string{want}) {
			t.Errorf("%q: got %q, want %q", argument, got, want)
		}
	}
}

func TestFilesOfABatchBecomeAnArgumentEach(t *testing.T) {
	template, err := contract.ParseTemplate(contract.Command{"soffice", "--outdir", "{outdir}", "{in...}", "-x"})
	if err != nil {
		t.Fatal(err)
	}
	for _, files := range [][]string{{"/s/1/a"}, {"/s/1/a", "/s/2/{out}"}} {
		want := slices.Concat([]string{"--outdir", "/s/outdir"}, files, []string{"-x"})
		if got := template.Expand(values, files); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAPlaceholderThatNobodyCanMeanIsRefused(t *testing.T) {
	for _, test := range []struct{ argument, want string }{
		{"{outdri}", "{outdir}"},
		{"--to={outdirs}", "{outdir}"},
		{"{nme}", "{name}"},
		{"{Name}", "{name}"},
		{"{IN}", "{in}"},
		{"{in..}", "{in...}"},
		{"{in…}", "{in...}"},
		{"{input}", "{in}"},
		{"{output}", "{out}"},
		{"{param.}", "{param.NAME}"},
		{"{param.a b}", "{param.NAME}"},
		{"{params.level}", "{param.NAME}"},
		{"{Param.level}", "{param.NAME}"},
		{"{column.}", "{column.NAME}"},
		{"{columns.width}", "{column.NAME}"},
		{"{column.key}", "{key}"},
	} {
		err := contract.Command{"program", test.argument}.Check()
		if err == nil || !strings.Contains(err.Error(), "want "+test.want) {
			t.Errorf("%s: got %v, want an error that names %s", test.argument, err, test.want)
		}
	}
}

func TestPlaceholdersThatContradictEachOtherAreRefused(t *testing.T) {
	for _, command := range []contract.Command{
		{"soffice", "{outdir}", "{out}"},
		{"soffice", "{outdir}", "x={in...}"},
		{"soffice", "{in...}"},
		{"soffice", "{in...}", "{outdir}", "{in}"},
		{"soffice", "{in...}", "{outdir}", "{name}"},
		{"soffice", "{in...}", "{outdir}", "{column.width}"},
	} {
		if err := command.Check(); err == nil {
			t.Errorf("%q: want an error", command)
		}
	}
}

func TestAShellIsGivenOnlyWhatItCannotRun(t *testing.T) {
	for _, test := range []struct {
		command contract.Command
		refused bool
	}{
		{contract.Command{"sh", "-c", "gzip < {in} > {out}"}, false},
		{contract.Command{"sh", "-c", "split {in} {outdir}/"}, false},
		{contract.Command{"sh", "-c", `echo "$1"`, "sh", "{key}"}, false},
		{contract.Command{"sh", "script.sh", "{key}"}, false},
		{contract.Command{"sh", "-c"}, false},
		{contract.Command{"program", "-c", "{key}"}, false},
		{contract.Command{"sh", "-c", "echo {key}"}, true},
		{contract.Command{"sh", "-c", "echo {column.width}"}, true},
		{contract.Command{"/bin/bash", "-euc", "echo '{param.level}'"}, true},
		{contract.Command{"busybox", "sh", "-x", "-c", "echo {name}"}, true},
	} {
		if err := test.command.Check(); (err != nil) != test.refused {
			t.Errorf("%q: got %v, want refused %v", test.command, err, test.refused)
		}
	}
}

func TestACommandUsesOnlyParametersThatThePipelineHas(t *testing.T) {
	template, err := contract.ParseTemplate(contract.Command{"x", "{param.b}{param.a}", "{param.b}", "{{param.c}}"})
	if err != nil {
		t.Fatal(err)
	}
	if got := template.Parameters(); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("got the parameters %q, want a and b", got)
	}
	if err := template.Check([]string{"c", "b", "a"}); err != nil {
		t.Error(err)
	}
	if err := template.Check([]string{"a"}); err == nil || !strings.Contains(err.Error(), "{param.b}") {
		t.Errorf("got %v, want an error that names {param.b}", err)
	}
}

func TestOnlyAnArgumentOfACommandNamesAFile(t *testing.T) {
	if command := (contract.Command{"convert", "png:{out}", "{{in}}"}); !command.Uses(contract.OutFile) ||
		command.Uses(contract.InFile) {
		t.Error("want {out} used and {in} not")
	}
	if command := (contract.Command{"{in}"}); command.Uses(contract.InFile) {
		t.Error("want the program's own name left alone")
	}
}

func FuzzAnArgumentIsExpandedOnce(f *testing.F) {
	f.Add("a", "{out}", "b")
	f.Add("{", "}", "$")
	f.Add("{{in}}", "{key}", "${in}{param.")
	placeholders := slices.Sorted(maps.Keys(values))
	f.Fuzz(func(t *testing.T, before, value, after string) {
		for _, placeholder := range placeholders {
			argument := before + placeholder + after
			template, err := contract.ParseTemplate(contract.Command{"program", argument})
			if err != nil {
				continue
			}
			got := template.Expand(map[string]string{placeholder: value}, nil)[0]
			plain := !strings.ContainsAny(before+after, "{}$")
			if plain && got != before+value+after {
				t.Errorf("%q with %q: got %q", argument, value, got)
			}
			if !template.Uses(placeholder) && len(got) > len(argument) {
				t.Errorf("%q has no placeholder, and became %q", argument, got)
			}
		}
	})
}
