package main

import (
	"fmt"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/bench/pace"
)

const (
	hugeBytes = 10 << 30
	hugeMiB   = 128
)

// huge sends an object through the worker that fits into no memory.
func (b *bench) huge(sheet *figures.Sheet) error {
	s, err := serve(shard{objects: 1, size: hugeBytes}, pace.Service{})
	if err != nil {
		return err
	}
	defer s.close()
	used, err := b.work(s, standard, "cat")
	if err != nil {
		return err
	}
	if s.written.Load() != hugeBytes {
		return fmt.Errorf("%d of %d bytes were written", s.written.Load(), int64(hugeBytes))
	}
	sheet.AtMost("memory for 10 GiB through cat", figures.Series{float64(used.PeakMiB)}, hugeMiB, "MiB",
		fmt.Sprintf("%.0f s, and %.0f s of CPU with the command's", used.Time.Seconds(), used.CPU.Seconds()))
	return nil
}
