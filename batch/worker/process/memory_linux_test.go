package process

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
)

const (
	memoryLimit   = 300 << 20
	workersMemory = 200 << 20
)

// actAsWorkerInLittleMemory is the larger process when its command has used up what it leaves.
func actAsWorkerInLittleMemory(scratch string) {
	ballast := make([]byte, workersMemory)
	for i := 0; i < len(ballast); i += 4096 {
		ballast[i] = 1
	}
	self, err := os.Executable()
	must(err)
	runner, err := New(Settings{
		Command:     shell(`cat; case $OBJECT_KEY in input/bad) exec "$1" as-command take 400 ;; esac`, self),
		Scratch:     scratch,
		Concurrency: 2,
		MemoryMiB:   memoryLimit >> 20,
	})
	must(err)
	_, err = finish(startOne(runner, "bad", text("")))
	fmt.Println(err)
	_, err = finish(startOne(runner, "good", text("")))
	fmt.Println(err)
	runtime.KeepAlive(ballast)
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
	want := "killed (out of memory? the job has 300 MiB: Job.MemoryMiB)\n<nil>\n"
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
