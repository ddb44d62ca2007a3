package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// jobUser is the user of the image in batch/Dockerfile.
const jobUser = 65532

// actAsWorker is what the test's binary does as a worker that is a process of its own.
func actAsWorker(name, scratch string) {
	switch name {
	case "worker": // That has a command at work until it is killed.
		runner, err := New(Settings{
			Command:     shell(`setsid env -i sh -c 'sleep 3600; :' "$MARK" </dev/null >/dev/null 2>&1 & cat`),
			Variables:   map[string]string{"MARK": scratch},
			Scratch:     scratch,
			Concurrency: 1,
		})
		must(err)
		p := startOne(runner, "a", neverEndingInput())
		fmt.Println("begun")
		fmt.Println(p.Wait())
	case "little-memory":
		actAsWorkerInLittleMemory(scratch)
	case "root-child": // A command of the job's user, with a program that is setuid.
		runner, err := New(Settings{
			Command:     shell(`echo made; "$1" as-command wait f & until [ -e f ]; do sleep 0.01; done`, filepath.Join(scratch, "setuid")),
			Scratch:     scratch,
			Concurrency: 1,
		})
		must(err)
		runner.drain = 0
		for range 2 {
			p := startOne(runner, "a", text(""))
			made, err := finish(p)
			usage, _ := p.Wait()
			fmt.Printf("%q %v %d\n", made, err, usage.Survivors)
		}
	case "process-one": // Of a namespace of its own.
		if os.Getpid() != 1 {
			panic("it would kill all processes")
		}
		must(unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""))
		must(unix.Mount("proc", "/proc", "proc", 0, ""))
		runner, err := New(Settings{
			Command:     shell(`cat; case $OBJECT_KEY in input/bad) kill -9 -1; sleep 3600 ;; esac`),
			Scratch:     scratch,
			Concurrency: 2,
		})
		must(err)
		good := startOne(runner, "good", neverEndingInput())
		fmt.Println("bad:", outcome(startOne(runner, "bad", text(""))))
		fmt.Println("good:", outcome(good))
		fmt.Println("bad alone:", outcome(startOne(runner, "bad", text(""))))
		fmt.Println("good alone:", outcome(startOne(runner, "good", text(""))))
	}
}

func startOne(runner *Runner, path string, input io.ReadCloser) *Process {
	folder, err := runner.NewFolder(Object{Key: "input/" + path, Path: path})
	must(err)
	p, err := folder.Start(context.Background(), input)
	must(err)
	return p
}

func neverEndingInput() io.ReadCloser {
	input, _ := io.Pipe()
	return input
}

func outcome(p *Process) string {
	_, err := finish(p)
	if failure, ok := errors.AsType[*Failure](err); ok && failure.Lost {
		return "lost"
	}
	return fmt.Sprint(err)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func TestTheKernelTakesACommandBeforeTheWorker(t *testing.T) {
	runner := newRunner(t, Settings{Command: []string{"cat", "/proc/self/oom_score_adj"}})
	if made, _, err := run(t, runner, "a", ""); err != nil || made != "1000\n" {
		t.Errorf("got %q and %v, want the highest score", made, err)
	}
}

func TestACommandLeavesNoCoreFile(t *testing.T) {
	var before unix.Rlimit
	must(unix.Getrlimit(unix.RLIMIT_CORE, &before))
	must(unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{Cur: before.Max, Max: before.Max}))
	defer func() { must(unix.Setrlimit(unix.RLIMIT_CORE, &before)) }()
	runner := newRunner(t, Settings{Command: shell(`ulimit -c`)})
	if made, _, err := run(t, runner, "a", ""); err != nil || made != "0\n" {
		t.Errorf("got %q and %v, want a limit of 0", made, err)
	}
}

func TestCommandsEndWithAWorkerThatIsKilled(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	scratch := t.TempDir()
	worker := exec.Command(self, asCommand, "worker", scratch)
	stdout, err := worker.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := worker.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := stdout.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if err := worker.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = worker.Wait()
	waitUntil(t, func() bool { return len(processesIn(scratch)) == 0 })
}

func TestAWorkerThatIsProcessOneSurvivesACommandThatKillsAllProcesses(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	worker := exec.Command(self, asCommand, "process-one", t.TempDir())
	worker.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWPID | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	output, err := worker.CombinedOutput()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) {
		t.Skip("no namespaces here:", err)
	}
	want := "bad: lost\ngood: lost\nbad alone: lost\ngood alone: <nil>\n"
	if err != nil || string(output) != want {
		t.Errorf("got %v and %s, want %s", err, output, want)
	}
}

// asJobUser is the test's binary as a program of the job's user, in a directory of its own.
func asJobUser(t *testing.T, arguments ...string) *exec.Cmd {
	t.Helper()
	directory, err := os.MkdirTemp("", "not-root-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(directory) })
	self := filepath.Join(directory, "process.test")
	copyExecutable(t, self)
	if err := errors.Join(os.Chmod(directory, 0o755), os.Chown(directory, jobUser, jobUser)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, arguments...)
	cmd.Dir = directory
	cmd.Env = append(os.Environ(), "TMPDIR="+directory)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: jobUser, Gid: jobUser}}
	return cmd
}

// What root may do hides what the job's user may not.
func TestHostileCommandsOfAUserThatIsNotRoot(t *testing.T) {
	if os.Geteuid() != 0 || testing.Short() {
		t.Skip("the tests run as such a user, or for a short time")
	}
	tests := asJobUser(t, "-test.run", "^TestAHostileCommandCostsNoOtherObjectItsOutcome$")
	output, err := tests.CombinedOutput()
	if err != nil || !strings.Contains(string(output), "PASS") {
		t.Errorf("got %v and %s", err, output)
	}
}

func TestAProcessOfAnotherUserIsCountedAndKeepsNobodyWaiting(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root makes a program setuid")
	}
	worker := asJobUser(t, asCommand, "root-child")
	worker.Args = append(worker.Args, worker.Dir)
	setuid := filepath.Join(worker.Dir, "setuid")
	copyExecutable(t, setuid)
	if err := os.Chmod(setuid, 0o755|os.ModeSetuid); err != nil {
		t.Fatal(err)
	}
	output, err := worker.CombinedOutput()
	for _, pid := range numbersIn("/proc") {
		if program, _ := os.Readlink(filepath.Join("/proc", fmt.Sprint(pid), "exe")); program == setuid {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
	want := "\"made\\n\" <nil> 1\n\"made\\n\" <nil> 2\n"
	if err != nil || string(output) != want {
		t.Errorf("got %v and %s, want %s", err, output, want)
	}
}

func copyExecutable(t *testing.T, to string) {
	t.Helper()
	from, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, content, 0o755); err != nil {
		t.Fatal(err)
	}
}
