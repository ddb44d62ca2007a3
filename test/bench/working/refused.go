package main

import (
	"fmt"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/bench/pace"
	"batchjobwithlambda/test/bench/program"
)

const (
	refusedObjects = 240
	allowedPuts    = 30
)

// refused works on small objects where S3 answers so few PUTs a second that most are refused
// who sends all it can: every output has to be made in the end.
func (b *bench) refused(sheet *figures.Sheet) error {
	service := pace.S3
	service.Puts = allowedPuts
	s, err := serve(shard{objects: refusedObjects, size: 4 * kibibyte}, service)
	if err != nil {
		return err
	}
	defer s.close()
	s.begin()
	used, err := program.Run(b.worker(s, standard, "cat"))
	how := fmt.Sprintf("in %.3g s", used.Time.Seconds())
	if err != nil {
		how += fmt.Sprintf(", and then %v", err)
	}
	name := fmt.Sprintf("with %d PUTs a second allowed", allowedPuts)
	made := float64(s.stored.Load())
	sheet.AtLeast("outputs made "+name, figures.Series{made}, refusedObjects, "", how)
	sheet.Unbound("objects a second "+name, figures.Series{made / used.Time.Seconds()}, "",
		fmt.Sprintf("the first %d may come at once", allowedPuts))
	return nil
}
