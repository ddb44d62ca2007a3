package main

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/bench/figures"
)

// nightSeconds is a third of the time that the function has: it lists inputs and outputs, and reads what
// was made.
const nightSeconds = 300

var madeList = contract.MadeAddress(runs).Key

var nightly = contract.Command{"true"}

// outputsOf are the keys of the outputs of objects with the keys.
func outputsOf(keys shape) shape {
	return func(i, n int) string { return outputPrefix + strings.TrimPrefix(keys(i, n), inputPrefix) }
}

// getMade serves the list of what was made, whose lines all have the same length.
func (s *standIn) getMade(w http.ResponseWriter, r *http.Request) {
	command := contract.CommandDigest(nightly.String())
	line := func(i int) []byte {
		made := contract.Made{Key: s.keys(i, s.objects), ETag: etag, Output: etag, Command: command}
		if i%1000 == 0 {
			made.ETag = strings.Repeat("0", len(etag))
		}
		return contract.AppendMade(nil, made)
	}
	w.Header().Set("ETag", `"made"`)
	w.Header().Set("Content-Length", strconv.Itoa(s.objects*len(line(0))))
	if r.Method == http.MethodHead {
		return
	}
	for i := range s.objects {
		if _, err := w.Write(line(i)); err != nil {
			return
		}
	}
}

// night plans the objects of which one in a thousand has changed since they were all done.
func (b bench) night(sheet *figures.Sheet) error {
	s := &standIn{keys: days, objects: b.objects, made: true, small: map[string][]byte{}}
	request := planRequest("{}")
	request.Job.Command = nightly
	var got contract.Plan
	used, err := invoke(b.preprocess, s, planSettings.Variables(), request, &got)
	if err != nil {
		return err
	}
	if want := int64((b.objects + 999) / 1000); got.Objects != want || got.Origin.Made != int64(b.objects)-want {
		return fmt.Errorf("planned %d objects, and left out %d: %d of %d have changed", got.Objects, got.Origin.Made, want, b.objects)
	}
	name := fmt.Sprintf("plan what is new of %d objects", b.objects)
	sheet.AtMost(
		name+": time",
		figures.Series{used.Time.Seconds()},
		nightSeconds,
		"s",
		fmt.Sprintf("%.0f s of CPU, %d lists", used.CPU.Seconds(), s.lists.Load()),
	)
	sheet.AtMost(name+": memory", figures.Series{float64(used.PeakMiB)}, planningMiB, "MiB", "does not grow with their number")
	return nil
}
