package process

import (
	"bytes"
	"io"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// What a command costs us beside what the system takes to start it: `true` reads nothing, writes
// nothing, and computes nothing. Time on a processor is what counts, since a job has something
// else to do while it waits.
func BenchmarkACommandThatDoesNothing(b *testing.B) {
	b.Run("os/exec", func(b *testing.B) {
		before := processorTime()
		for b.Loop() {
			cmd := exec.Command("true")
			cmd.Stdin = bytes.NewReader(nil)
			cmd.Stdout = new(bytes.Buffer)
			cmd.Stderr = new(bytes.Buffer)
			if err := cmd.Run(); err != nil {
				b.Fatal(err)
			}
		}
		reportProcessorTime(b, before)
	})
	b.Run("process", func(b *testing.B) {
		runner, err := New(Settings{Command: []string{"true"}, Scratch: b.TempDir(), Concurrency: 1, Limit: time.Minute})
		if err != nil {
			b.Fatal(err)
		}
		before := processorTime()
		for b.Loop() {
			folder, err := runner.NewFolder(Object{Key: "input/a", Path: "a"})
			if err != nil {
				b.Fatal(err)
			}
			p, err := folder.Start(b.Context(), io.NopCloser(bytes.NewReader(nil)))
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, p); err != nil {
				b.Fatal(err)
			}
			p.Stop()
			if err := folder.Remove(); err != nil {
				b.Fatal(err)
			}
		}
		runner.Close() // A process's time counts for its parent once that has waited for it.
		reportProcessorTime(b, before)
	})
}

func reportProcessorTime(b *testing.B, before time.Duration) {
	b.ReportMetric(float64((processorTime()-before).Microseconds())/float64(b.N), "cpu-µs/op")
}

// processorTime is that of this process and of the children it has waited for.
func processorTime() (sum time.Duration) {
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var usage syscall.Rusage
		if err := syscall.Getrusage(who, &usage); err != nil {
			panic(err)
		}
		sum += time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	return sum
}
