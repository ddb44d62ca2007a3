//go:build linux

package process

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"batchjobwithlambda/batch/contract"
)

// hostile is what a command does on one object, while it works on two others.
type hostile struct {
	name   string
	script string // With the path of the output, if there is one, as $1.
	output string // A placeholder, or empty for standard output.
	limit  time.Duration
	fails  string // What the reason of the failure has, or empty if it succeeds.
	makes  string // What it makes if it succeeds.
	drain  time.Duration
	user   userKind
}

// userKind is who the test has to be for a case to mean anything.
type userKind int

const (
	anybody userKind = iota
	onlyRoot
	notRoot
)

const (
	// soon is a limit that a healthy command of these tests would keep, if it had one.
	soon = 300 * time.Millisecond

	tookLonger = "took longer than 300ms"
	killedHere = "killed (out of memory? the job has 2,048 MiB: Job.MemoryMiB)"
	lostHere   = "the process that started the command was killed"
)

func TestAHostileCommandCostsNoOtherObjectItsOutcome(t *testing.T) {
	for group, cases := range map[string][]hostile{
		"it never ends, and": neverEnding,
		"it leaves":          leavingSomething,
		"it kills":           killing,
		"it fails":           failing,
		"it makes":           makingNoFile,
		"it leaves to clean": makingCleaningHard,
	} {
		for _, test := range cases {
			t.Run(group+" "+test.name, func(t *testing.T) {
				t.Parallel()
				if root := os.Geteuid() == 0; test.user == onlyRoot && !root || test.user == notRoot && root {
					t.Skip("it means nothing for this user")
				}
				test.run(t)
			})
		}
	}
}

func (h hostile) run(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	settings := Settings{
		Command:       h.command(),
		Variables:     map[string]string{"MARK": t.TempDir(), "SELF": self},
		OutputSuffix:  ".out",
		Scratch:       t.TempDir(),
		Concurrency:   2,
		MemoryMiB:     2048,
		MemorySetting: "Job.MemoryMiB",
	}
	t.Cleanup(func() { // After the runners are closed.
		for _, scratch := range []string{settings.Scratch, filepath.Dir(settings.Scratch)} {
			if names, err := os.ReadDir(scratch); err != nil || len(names) > 0 {
				t.Errorf("%s has %q, %v", scratch, names, err)
			}
			_ = os.Remove(scratch)
		}
	})
	// They have no limit, because they wait until the hostile one is gone.
	finishNeighbours := h.startNeighbours(t, newRunner(t, settings))
	// By its folder and its mark it is known what the hostile one has left.
	settings.Scratch = filepath.Join(settings.Scratch, "hostile")
	if err := os.Mkdir(settings.Scratch, 0o700); err != nil {
		t.Fatal(err)
	}
	settings.Variables = map[string]string{"MARK": t.TempDir(), "SELF": self}
	settings.Limit = h.limit
	runner := newRunner(t, settings)
	runner.patience = time.Second
	if h.drain > 0 {
		runner.drain = h.drain
	}
	made, _, err := run(t, runner, "bad", "hello")
	h.check(t, made, err)
	left := append(processesIn(settings.Scratch+"/object-"), processesIn(settings.Variables["MARK"])...)
	if len(left) > 0 {
		t.Errorf("processes are left: %q", left)
	}
	finishNeighbours()
	runner.settings.Limit = 0 // Nobody knows how long a healthy command takes here.
	if made, _, err := run(t, runner, "good-later", "hello"); err != nil || !strings.Contains(made, "hello") {
		t.Errorf("the next object: got %q and %v", made, err)
	}
}

func (h hostile) command() contract.Command {
	healthy := map[string]string{"": `cat`, "{out}": `cat > "$1"`, "{outdir}": `cat > "$1/file"`}[h.output]
	script := "case $OBJECT_KEY in\ninput/bad) " + h.script + "\n;;\n*) " + healthy + ";; esac"
	if h.output == "" {
		return shell(script)
	}
	return shell(script, h.output)
}

// startNeighbours starts commands that end when the function is called that it returns.
func (h hostile) startNeighbours(t *testing.T, runner *Runner) (finishAll func()) {
	var feeds []*io.PipeWriter
	var processes []*Process
	for _, name := range []string{"good-1", "good-2"} {
		input, feed := io.Pipe()
		p, err := newFolder(t, runner, name).Start(t.Context(), input)
		if err != nil {
			t.Fatal(err)
		}
		feeds = append(feeds, feed)
		processes = append(processes, p)
	}
	return func() {
		for i, p := range processes {
			go func() {
				io.WriteString(feeds[i], "hello")
				feeds[i].Close()
			}()
			if made, err := finish(p); err != nil || !strings.Contains(made, "hello") {
				t.Errorf("%s: got %q and %v", p.folder.objects[0].Path, made, err)
			}
			remove(t, p.folder)
		}
	}
}

func (h hostile) check(t *testing.T, made string, err error) {
	if h.fails == "" {
		if err != nil || made != h.makes {
			t.Fatalf("got %q and %v, want %q", made, err, h.makes)
		}
		return
	}
	failure := wantFailure(t, err, h.fails)
	if failure.TimedOut != (h.limit > 0) {
		t.Errorf("got timed out %v", failure.TimedOut)
	}
	if failure.OutOfMemory != strings.Contains(h.fails, killedHere) {
		t.Errorf("got out of memory %v", failure.OutOfMemory)
	}
	if failure.Lost != strings.Contains(h.fails, lostHere) {
		t.Errorf("got lost %v", failure.Lost)
	}
	if len(failure.Reason) > contract.MaxReasonBytes {
		t.Errorf("the reason has %d bytes", len(failure.Reason))
	}
}

// processesIn returns the processes that have the text in their variables, their arguments or
// their directory: all that can be known of each.
func processesIn(text string) []string {
	var found []string
	for _, pid := range numbersIn("/proc") {
		about := filepath.Join("/proc", strconv.Itoa(pid))
		var all []byte
		for _, name := range []string{"environ", "cmdline"} {
			content, _ := os.ReadFile(filepath.Join(about, name))
			all = append(all, content...)
		}
		directory, _ := os.Readlink(filepath.Join(about, "cwd"))
		if all = append(all, directory...); bytes.Contains(all, []byte(text)) {
			found = append(found, string(all))
		}
	}
	return found
}
