package process

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

const (
	memoryLimit   = 500 << 20
	workersMemory = 300 << 20
)

// holdMemory has this process be large. The race detector, which takes more for each byte that
// it sees, does not see it.
func holdMemory(bytes int) (release func()) {
	memory, err := unix.Mmap(-1, 0, bytes, unix.PROT_READ|unix.PROT_WRITE,
		unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_POPULATE)
	must(err)
	return func() { must(unix.Munmap(memory)) }
}

// takeMemory is a command that takes so many MiB, in a child of a shell.
func takeMemory(mib int) string {
	return fmt.Sprintf("dd if=/dev/zero of=/dev/null bs=%d count=1 2>/dev/null", mib<<20)
}

func TestUsageIsThatOfTheCommand(t *testing.T) {
	defer holdMemory(workersMemory)()
	for _, test := range []struct {
		script         string
		minMiB, maxMiB int64
	}{
		{":", 1, 150},
		{takeMemory(200) + "; :", 200, 290},
	} {
		runner := newRunner(t, Settings{Command: shell(test.script)})
		_, usage, err := run(t, runner, "a", "")
		peak := usage.PeakMemory >> 20
		if err != nil || usage.Elapsed <= 0 || peak < test.minMiB || peak > test.maxMiB {
			t.Errorf("%s: got %d MiB, %+v and %v", test.script, peak, usage, err)
		}
	}
}

// actAsWorkerInLittleMemory is the larger process when its command has used up what it leaves.
func actAsWorkerInLittleMemory(scratch string) {
	defer holdMemory(workersMemory)()
	runner, err := New(Settings{
		Command:       shell("cat; case $OBJECT_KEY in input/bad) exec " + takeMemory(400) + " ;; esac"),
		Scratch:       scratch,
		Concurrency:   2,
		MemoryMiB:     memoryLimit >> 20,
		MemorySetting: "Job.MemoryMiB",
	})
	must(err)
	_, err = finish(startOne(runner, "bad", text("")))
	fmt.Println(err)
	_, err = finish(startOne(runner, "good", text("")))
	fmt.Println(err)
}

func TestTheCommandDiesAndNotTheWorkerWhenTheMemoryOfTheJobRunsOut(t *testing.T) {
	processes := memoryGroup(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	worker := exec.Command("sh", "-c", `echo $$ > "$1" && exec "$2" as-command little-memory "$3"`,
		"sh", processes, self, t.TempDir())
	output, err := worker.CombinedOutput()
	want := "killed (out of memory? the job has 500 MiB: Job.MemoryMiB)\n<nil>\n"
	if err != nil || string(output) != want {
		t.Errorf("got %v and %q, want %q", err, output, want)
	}
}

// memoryGroup makes a control group with the limit, and returns the file to join it by. It needs
// root, and version 1 of control groups, or the memory controller enabled at the top of version 2.
func memoryGroup(t *testing.T) string {
	t.Helper()
	for _, version := range []struct{ directory, limit, processes string }{
		{"/sys/fs/cgroup/memory", "memory.limit_in_bytes", "cgroup.procs"},
		{"/sys/fs/cgroup", "memory.max", "cgroup.procs"},
	} {
		group := filepath.Join(version.directory, "process-test-"+strconv.Itoa(os.Getpid()))
		if os.Mkdir(group, 0o700) != nil {
			continue
		}
		t.Cleanup(func() { os.Remove(group) })
		limit := []byte(strconv.Itoa(memoryLimit))
		if os.WriteFile(filepath.Join(group, version.limit), limit, 0) == nil {
			return filepath.Join(group, version.processes)
		}
	}
	t.Skip("no control group can be made here")
	return ""
}
