package process

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

func TestACommandGetsWhatItsPlaceholdersSay(t *testing.T) {
	runner := newRunner(t, Settings{
		Command: []string{
			"printf", `%s\n`, "{key}", "{path}", "{name}", "{stem}", "{ext}", "-{param.level}", "{{in}}", "{param.text}",
		},
		Parameters: map[string]string{"level": "9", "text": "{key}", "unused": "x"},
	})
	for path, want := range map[string]string{
		"a/b.tar.gz": "input/a/b.tar.gz a/b.tar.gz b.tar.gz b.tar .gz",
		"b":          "input/b b b b ",
		".profile":   "input/.profile .profile .profile .profile ",
		"a.b/":       "input/a.b/ a.b/   ",
		"b.":         "input/b. b. b. b .",
		"-n":         "input/-n -n -n -n ",
		"{in}{name}": "input/{in}{name} {in}{name} {in}{name} {in}{name} ",
	} {
		want := strings.ReplaceAll(want, " ", "\n") + "\n-9\n{in}\n{key}\n"
		if made, _, err := run(t, runner, path, ""); err != nil || made != want {
			t.Errorf("%q: got %q and %v, want %q", path, made, err, want)
		}
	}
}

func TestFilesKeepTheNameOfTheObjectAsFarAsItIsSafe(t *testing.T) {
	long := strings.Repeat("n", 300)
	for path, want := range map[string]string{
		"a/b.tar.gz":                       "b.tar.gz",
		"größe 日本語.txt":                    "größe_日本語.txt",
		"-rf":                              "_rf",
		"~root":                            "_root",
		"a/":                               "object",
		"..":                               "object",
		"a/...":                            "object",
		".bashrc":                          ".bashrc",
		"$(touch x);`y`|z&.c":              "__touch_x___y__z_.c",
		"a\x00b\n\u202e.pdf":               "a_b__.pdf",
		"a\\b'\"*?[0]%d:c":                 "a_b_____0__d_c",
		"{out}":                            "_out_",
		long + ".tar.gz":                   long[:248] + ".tar.gz",
		strings.Repeat("é", 200) + ".jpeg": strings.Repeat("é", 125) + ".jpeg",
		long:                               long[:255],
		"." + long + ".x":                  "." + long[:252] + ".x",
	} {
		if got := fileName(lastName(path)); got != want {
			t.Errorf("%q: got %q, want %q", path, got, want)
		}
	}
}

func FuzzANameIsThatOfAFile(f *testing.F) {
	f.Add("a/b.tar.gz", ".gz")
	f.Add("\xff\x00/..", "")
	f.Add(strings.Repeat("ü", 600), strings.Repeat(".x", 50))
	directory := f.TempDir()
	f.Fuzz(func(t *testing.T, path, suffix string) {
		name := fileName(lastName(path) + suffix)
		if len(name) > maxNameBytes || !utf8.ValidString(name) || name != filepath.Base(name) ||
			strings.ContainsAny(name, " \t\n\x00/\\'\"`$&|;<>(){}[]*?!#%:^") || strings.ContainsAny(name[:1], "-~") {
			t.Fatalf("%q: got %q", path, name)
		}
		file := filepath.Join(directory, name)
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	})
}

func TestTheInputHasAFolderOfItsOwnAndTheOutputItsSuffix(t *testing.T) {
	runner := newRunner(t, Settings{
		Command:      []string{"cp", "{in}", "{out}"},
		OutputSuffix: ".zst",
	})
	folder := newFolder(t, runner, "a/b.tar.gz")
	defer remove(t, folder)
	if got := strings.TrimPrefix(folder.Inputs[0], folder.root); got != "/in/b.tar.gz" {
		t.Errorf("got the input %q", got)
	}
	if got := strings.TrimPrefix(folder.out, folder.root); got != "/out/b.tar.gz.zst" {
		t.Errorf("got the output %q", got)
	}
}

func TestACommandHasItsOwnEnvironmentAndNothingOfTheJobs(t *testing.T) {
	t.Setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/secret")
	t.Setenv("AWS_SESSION_TOKEN", "secret")
	runner := newRunner(t, Settings{
		Command:   shell(`pwd -P; env | grep -v -e ^PWD= -e ^SHLVL= -e ^OLDPWD= -e ^_=; ls -d "$HOME" "$TMPDIR" >/dev/null`),
		Variables: map[string]string{"LICENCE": "a b=c", "LANG": "de_DE.UTF-8"},
	})
	made, _, err := run(t, runner, "a b/ü", "")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(made), "\n")
	work := lines[0]
	got := lines[1:]
	slices.Sort(got)
	want := []string{
		"HOME=" + work,
		"LANG=de_DE.UTF-8",
		"LICENCE=a b=c",
		"LOGNAME=" + userName(),
		"OBJECT_KEY=input/a b/ü",
		"PATH=" + os.Getenv("PATH"),
		"TMPDIR=" + work,
		"USER=" + userName(),
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestACommandIsCalledByTheNameThatItHasInTheSettings(t *testing.T) {
	runner := newRunner(t, Settings{Command: shell(`echo "$0"`)})
	runner.settings.Command[0] = "another"
	if made, _, err := run(t, runner, "a", ""); err != nil || made != "sh\n" {
		t.Errorf("got %q and %v", made, err)
	}
}

func TestAKeyWithANulIsTheFailureOfItsObjectOnlyIfAnArgumentNeedsIt(t *testing.T) {
	runner := newRunner(t, Settings{Command: shell("cat; echo $OBJECT_KEY")})
	if made, _, err := run(t, runner, "a\x00b", "hello"); err != nil || made != "hello\n" {
		t.Errorf("got %q and %v", made, err)
	}
	runner = newRunner(t, Settings{Command: []string{"echo", "{name}"}})
	_, _, err := run(t, runner, "a\x00b", "hello")
	wantFailure(t, err, "NUL")
}

func TestAFolderIsRemovedHoweverDeepItIs(t *testing.T) {
	runner := newRunner(t, Settings{Command: []string{"true"}})
	folder := newFolder(t, runner, "a")
	directory, err := unix.Open(folder.work, unix.O_DIRECTORY, 0)
	if err != nil {
		t.Fatal(err)
	}
	for range 2100 { // Paths have up to 4,096 bytes.
		if err := unix.Mkdirat(directory, "d", 0o700); err != nil {
			t.Fatal(err)
		}
		next, err := unix.Openat(directory, "d", unix.O_DIRECTORY, 0)
		if err != nil {
			t.Fatal(err)
		}
		unix.Close(directory)
		directory = next
	}
	unix.Close(directory)
	remove(t, folder)
	if _, err := os.Lstat(folder.root); !os.IsNotExist(err) {
		t.Errorf("got %v, want it gone", err)
	}
}

func TestAFolderThatACommandHasChangedIsNotTheNextObjects(t *testing.T) {
	for name, change := range map[string]string{
		"a file is left":      `: > left`,
		"a folder is left":    `mkdir ../left`,
		"it is gone":          `rmdir "$HOME"`,
		"it is open to all":   `chmod 777 .`,
		"it is another's":     `rmdir "$HOME"; mkdir -m 700 "$MARK/d"; ln -s "$MARK/d" "$HOME"`,
		"nothing has changed": `:`,
	} {
		t.Run(name, func(t *testing.T) {
			mark := t.TempDir()
			runner := newRunner(t, Settings{
				Command:   shell(`ls -A . ..; ls -ld . | cut -c 1-10; pwd -P; [ $OBJECT_KEY = input/clean ] || { ` + change + `; }`),
				Variables: map[string]string{"MARK": mark},
			})
			for _, path := range []string{"clean", "dirty", "clean", "clean"} {
				made, _, err := run(t, runner, path, "")
				if err != nil || !strings.HasPrefix(made, ".:\n\n..:\nwork\ndrwx------\n") || strings.Contains(made, mark) {
					t.Errorf("%s: got %q and %v", path, made, err)
				}
			}
		})
	}
}

func TestWhatCannotBeRemovedIsSaid(t *testing.T) {
	runner := newRunner(t, Settings{Command: []string{"true"}})
	folder := newFolder(t, runner, "a")
	if err := os.RemoveAll(folder.root); err != nil {
		t.Fatal(err)
	}
	if err := folder.Remove(); err == nil {
		t.Error("want an error")
	}
}

func TestMoreOutputsThanMemoryIsMeantForAreAFailure(t *testing.T) {
	runner := newRunner(t, Settings{Command: shell(`for name in $(cat); do : > "$1/$name"; done`, "{outdir}")})
	runner.maxOutputs = 3
	if made, _, err := run(t, runner, "three", "a b c"); err != nil || made != "a=b=c=" {
		t.Errorf("got %q and %v", made, err)
	}
	_, _, err := run(t, runner, "four", "a b c d")
	wantFailure(t, err, "more than 3 files and folders in {outdir}")
}
