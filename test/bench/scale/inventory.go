package main

import (
	"fmt"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/inventory"
	"batchjobwithlambda/test/bench/figures"
)

const (
	// inventoryCPU is how much of its core an object may take: then a hundred million take
	// ten of the fifteen minutes that a function may have.
	inventoryMicroseconds = 6
	rowsInAFile           = 250_000
)

// report makes up a report on the objects, which stand in no order in it.
func report(keys shape, objects int) *inventory.Report {
	r := &inventory.Report{Bucket: "files", Schema: inventory.Current}
	for from := 0; from < objects; from += rowsInAFile {
		var rows [][]string
		for i := from; i < min(from+rowsInAFile, objects); i++ {
			rows = append(
				rows,
				r.Row(
					contract.Object{
						Key:  keys(shuffled(i, objects), objects),
						Size: size,
						ETag: fmt.Sprintf("%016x%016x", uint64(i)*0x9e3779b97f4a7c15, uint64(i)*0xc2b2ae3d27d4eb4f),
					},
				),
			)
		}
		r.Add(rows...)
	}
	return r
}

// shuffled is another number below n for each number below n, far from its neighbours'.
func shuffled(i, n int) int {
	const prime = 2_654_435_761 // Which divides no n that there is.
	return i * prime % n
}

// inventory plans the objects of an inventory.
func (b bench) inventory(sheet *figures.Sheet) error {
	r := report(days, b.objects)
	s := &standIn{report: map[string][]byte{}, small: map[string][]byte{}}
	bytes := 0
	if err := r.Put(func(key string, content []byte) error {
		bytes += len(content)
		s.report[key] = content
		return nil
	}); err != nil {
		return err
	}
	var got contract.Plan
	used, err := invoke(
		b.preprocess,
		s,
		planSettings.Variables(),
		planRequest(fmt.Sprintf(`{"inventory":"s3://inventories/%s"}`, r.ManifestKey())),
		&got,
	)
	if err != nil {
		return err
	}
	if got.Objects != int64(b.objects) {
		return fmt.Errorf("planned %d objects: there are %d", got.Objects, b.objects)
	}
	name := fmt.Sprintf("plan %d objects of an inventory", b.objects)
	sheet.AtMost(
		name+": CPU an object",
		figures.Series{used.CPU.Seconds() * 1e6 / float64(b.objects)},
		inventoryMicroseconds,
		"µs",
		fmt.Sprintf(
			"%.0f s of CPU in %.0f s, for %d files of %d MB in all",
			used.CPU.Seconds(),
			used.Time.Seconds(),
			len(r.Files),
			bytes/1e6,
		),
	)
	sheet.AtMost(
		name+": memory",
		figures.Series{float64(used.PeakMiB)},
		planningMiB,
		"MiB",
		fmt.Sprintf("the manifest has %d MB", s.written.Load()/1e6),
	)
	return nil
}
