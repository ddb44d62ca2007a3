package main

import (
	"fmt"
	"syscall"
	"time"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/bench/program"
)

// load is how much of its core the stand-in takes, while something else is measured on the
// other. If it were all, the stand-in would be what is measured.
type load struct{ figures.Series }

func (l *load) during(do func() (program.Usage, error)) (program.Usage, error) {
	start, before := time.Now(), computed()
	used, err := do()
	l.Series = append(l.Series, (computed()-before).Seconds()/time.Since(start).Seconds())
	return used, err
}

func (l *load) String() string { return fmt.Sprintf("stand-in %.2f of its core", l.Median()) }

// computed is the CPU time of this process until now.
func computed() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
