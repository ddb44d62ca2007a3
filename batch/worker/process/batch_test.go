package process

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestNoTwoInputsOfABatchHaveTheSameNameUpToTheFirstDot(t *testing.T) {
	long := strings.Repeat("n", 300)
	for _, test := range []struct{ paths, want []string }{
		{[]string{"a.txt", "b.tar.gz", ".profile"}, []string{"a.txt", "b.tar.gz", ".profile"}},
		{[]string{"1/a.txt", "2/a.txt", "a.pdf", "A.txt"}, []string{"a.txt", "a-2.txt", "a-3.pdf", "A-4.txt"}},
		{[]string{"a.txt", "a-2.txt", "b/a.txt"}, []string{"a.txt", "a-2.txt", "a-3.txt"}},
		{[]string{"a", "a.b.c", "-rf", "_rf"}, []string{"a", "a-2.b.c", "_rf", "_rf-2"}},
		{[]string{long, long}, []string{long[:255], long[:253] + "-2"}},
		{[]string{long + ".x", long + ".x"}, []string{long[:253] + ".x", long[:251] + "-2.x"}},
	} {
		var objects []Object
		for _, path := range test.paths {
			objects = append(objects, Object{Key: "input/" + path, Path: path})
		}
		if got := inputNames(objects); !slices.Equal(got, test.want) {
			t.Errorf("%.80q: got %.80q, want %.80q", test.paths, got, test.want)
		}
	}
}

// startBatch starts the script on the inputs, which have their paths as contents, but those that are left out.
func startBatch(t *testing.T, script string, leaveOut string, paths ...string) *Process {
	t.Helper()
	runner := newRunner(t, Settings{Command: shell("out=$1; shift; "+script, "{outdir}", "{in...}")})
	folder := newFolder(t, runner, paths...)
	t.Cleanup(func() { remove(t, folder) })
	var keep []int
	for i, input := range folder.Inputs {
		if paths[i] == leaveOut {
			continue
		}
		keep = append(keep, i)
		if err := os.WriteFile(input, []byte(paths[i]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	folder.Keep(keep)
	p, err := folder.Start(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	if _, err := p.Wait(); err != nil {
		t.Fatal(err)
	}
	return p
}

// outputOf is what the output of the input with the number has.
func outputOf(p *Process, input int) (string, error) {
	file, err := p.OutputOf(input)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	return string(text), err
}

func TestAnOutputOfABatchBelongsToTheInputOfItsName(t *testing.T) {
	p := startBatch(t, `for f in "$@"; do n=${f##*/}; cp "$f" "$out/${n%%.*}.pdf"; done; : > "$out/log.txt"`, "left-out.txt",
		"a.txt", "left-out.txt", "1/b.tar.gz", "2/b.tar.gz", "c")
	for i, want := range []string{"a.txt", "1/b.tar.gz", "2/b.tar.gz", "c"} {
		if got, err := outputOf(p, i); err != nil || got != want {
			t.Errorf("got %q and %v, want %q", got, err, want)
		}
	}
}

func TestAnInputOfABatchHasOneOutput(t *testing.T) {
	const copies = `for f in "$@"; do cp "$f" "$out/"; done; `
	for script, want := range map[string]string{
		copies:                               "",
		copies + `rm "$out/b.txt"`:           "succeeded without making {outdir}/b or {outdir}/b.*, but made [\"outdir/a.txt\"]",
		copies + `: > "$out/b.log"`:          `made 2 files of one object, such as "b.log" and "b.txt", want one`,
		`cp "$1" "$out"; mkdir "$out/b"`:     `a folder of "{outdir}/b"`,
		`cp "$1" "$out"; ln -s . "$out/b.x"`: `a link of "{outdir}/b.x"`,
		`rm -r "$out"`:                       "succeeded without making {outdir}/b",
		`rmdir "$out"; : > "$out"`:           "{outdir} cannot be read",
	} {
		p := startBatch(t, script, "", "a.txt", "b.txt")
		_, err := outputOf(p, 1)
		if want == "" && err == nil {
			continue
		}
		wantFailure(t, err, want)
	}
}

func TestABatchHasNoKeyAndNoMoreOutputsThanOneObjectMayHave(t *testing.T) {
	p := startBatch(t, `[ -z "$OBJECT_KEY" ] && cp "$1" "$out"; : > "$out/x"; : > "$out/y"; : > "$out/z"`, "", "d/a.txt")
	if filepath.Base(p.folder.Inputs[0]) != "a.txt" {
		t.Errorf("got %q", p.folder.Inputs)
	}
	if got, err := outputOf(p, 0); err != nil || got != "d/a.txt" {
		t.Errorf("got %q and %v", got, err)
	}
	p.folder.runner.maxOutputs = 3
	_, err := outputOf(p, 0)
	wantFailure(t, err, "more than 3 files and folders")
}
