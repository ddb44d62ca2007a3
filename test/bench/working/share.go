package main

import (
	"fmt"
	"time"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/bench/program"
)

// share is how much of a peer's throughput the worker has, by the CPU time that they take for
// the same work, and how much of its time the worker computed.
type share struct{ throughput, busy figures.Series }

func (s *share) add(peer time.Duration, worker program.Usage) {
	s.throughput = append(s.throughput, peer.Seconds()/worker.CPU.Seconds())
	s.busy = append(s.busy, worker.CPU.Seconds()/worker.Time.Seconds())
}

func (s *share) beside() string { return fmt.Sprintf("busy for %.2f of its time", s.busy.Median()) }

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }
