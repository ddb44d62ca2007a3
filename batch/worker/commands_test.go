package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"batchjobwithlambda/batch/worker/process"
)

// The test's binary is also the commands that the worker runs in the tests, and the
// worker itself where a test needs it as a process of its own.
const (
	asCommand = "as-command"
	asWorker  = "as-worker"
)

func TestMain(m *testing.M) {
	process.ServeIfLauncher()
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case asCommand:
			// Not os.Exit, with which the race detector waits a second before it ends.
			syscall.Exit(actAsCommand(os.Args[2], os.Args[3:]))
		case asWorker:
			os.Args = os.Args[1:]
			main()
		}
	}
	os.Exit(m.Run())
}

func testCommand(t *testing.T, command ...string) []string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return append([]string{self, asCommand}, command...)
}

func actAsCommand(name string, arguments []string) int {
	switch name {
	case "upper": // From standard input to standard output.
		return transform(os.Stdin, os.Stdout)
	case "copy": // From standard input to standard output, or from one file to another.
		in, out := os.Stdin, os.Stdout
		if len(arguments) == 2 {
			in, _ = os.Open(arguments[0])
			out, _ = os.Create(arguments[1])
		}
		io.Copy(out, in)
	case "grow": // N times its input.
		content, _ := io.ReadAll(os.Stdin)
		os.Stdout.Write(bytes.Repeat(content, number(arguments[0])))
	case "ignore": // Its input.
		os.Stdout.WriteString("ignored")
	case "trace": // Leaves one if, when it is told to end, its input has ended.
		told := make(chan os.Signal, 1)
		signal.Notify(told, syscall.SIGTERM)
		say(arguments[0])
		<-told
		syscall.SetNonblock(0, true)
		if n, err := syscall.Read(0, make([]byte, 1)); n == 0 && err == nil {
			os.WriteFile(arguments[1], nil, 0o600)
		}
	case "files": // From one file to another, unless its standard input has something.
		in, err := os.Open(arguments[0])
		if err != nil {
			return 2
		}
		out, err := os.Create(strings.TrimPrefix(arguments[1], "--out="))
		if err != nil {
			return 3
		}
		if rest, err := io.ReadAll(os.Stdin); err != nil || len(rest) != 0 {
			return 4
		}
		return transform(in, out)
	case "directory": // Where a file should be.
		os.Mkdir(arguments[0], 0o700)
	case "environment": // And arguments, and directory.
		here, _ := os.Getwd()
		fmt.Printf("%q\n%q\n%s\n", os.Environ(), arguments, here)
	case "name": // By which it was called.
		os.Stdout.WriteString(os.Args[0])
	case "fail": // With a code, after so many bytes of output, saying something.
		io.Copy(io.Discard, os.Stdin)
		os.Stdout.Write(bytes.Repeat([]byte("x"), number(arguments[1])))
		os.Stderr.WriteString(arguments[2])
		return number(arguments[0])
	case "complain": // A text, so many times.
		os.Stderr.WriteString(strings.Repeat(arguments[0], number(arguments[1])))
		return 1
	case "fail-on": // An object that is this text.
		content, _ := io.ReadAll(os.Stdin)
		os.Stdout.Write(content)
		if string(content) == arguments[0] {
			return 1
		}
	case "die": // By a signal.
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case "hang": // On an object that begins like this, after saying so, if anybody is there to hear it.
		content, _ := io.ReadAll(os.Stdin)
		os.Stdout.Write(content)
		if _, err := os.Stat(arguments[1]); err == nil && strings.HasPrefix(string(content), arguments[0]) {
			say(arguments[1])
			hang()
		}
	case "leave": // Something behind that only a signal ends.
		left := exec.Command(os.Args[0], asCommand, "left", arguments[0])
		left.Start()
		hear(arguments[0] + ".started")
	case "left":
		fifo, _ := os.OpenFile(arguments[0], os.O_WRONLY, 0)
		say(arguments[0] + ".started")
		hang()
		fifo.Close()
	}
	return 0
}

// hang waits for a signal that ends the process.
func hang() { time.Sleep(time.Hour) }

func transform(in io.Reader, out io.Writer) int {
	content, err := io.ReadAll(in)
	if err != nil {
		return 5
	}
	if _, err := out.Write(bytes.ToUpper(content)); err != nil {
		return 6
	}
	return 0
}

func number(text string) int {
	number, err := strconv.Atoi(text)
	if err != nil {
		panic(err)
	}
	return number
}

// say and hear meet at a named pipe: each waits for the other.
func say(fifo string) {
	file, err := os.OpenFile(fifo, os.O_WRONLY, 0)
	if err != nil {
		panic(err)
	}
	file.Close()
}

func hear(fifo string) {
	file, err := os.Open(fifo)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	io.Copy(io.Discard, file)
}

func newFIFO(t *testing.T, path string) string {
	t.Helper()
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
