package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"batchjobwithlambda/batch/operate/cloud"
	"batchjobwithlambda/batch/operate/doctor"
	"batchjobwithlambda/batch/operate/runs"
	"batchjobwithlambda/batch/people"
)

var doctorVerb = verb{
	name:      "doctor",
	does:      "find out why a run is stuck or has failed, and what mends it; changes nothing",
	takesRun:  true,
	listsJSON: true,
	prepare:   noFlags(examine),
}

// mostWrong is how many characters of what is wrong are shown on a line.
const mostWrong = 600

func examine(ctx context.Context, s *session) error {
	if s.local != "" {
		return errors.New("-local: got a folder, want a stack in AWS")
	}
	place, err := cloud.Open(ctx, s.stack(), s.pipeline, s.clock)
	if err != nil {
		return err
	}
	var examined *runs.Run
	switch run, err := runs.Find(ctx, place, s.run); {
	case err == nil && s.run == "": // A list does not have the error.
		if run, err = place.Named(ctx, run.Name); err != nil {
			return err
		}
		examined = &run
	case err == nil:
		examined = &run
	case s.run != "" || !errors.Is(err, runs.ErrNone):
		return err
	}
	troubles := doctor.Examine(place.Facts(ctx, s.environment, examined))
	if s.json {
		for _, trouble := range troubles {
			if err := s.printJSON(trouble); err != nil {
				return err
			}
		}
		return nil
	}
	if len(troubles) == 0 {
		_, err := fmt.Fprintf(s.out, "nothing is wrong, as far as %d checks see\n", len(doctor.Checks()))
		return err
	}
	for _, t := range troubles {
		fmt.Fprintf(s.out, "%s: %s\n  known by: %s\n  to mend it: %s\n",
			t.Check, people.OneLine(t.Wrong, mostWrong), t.Known, t.Mend)
	}
	_, err = fmt.Fprintf(s.out, "nothing was found by: %s\n", strings.Join(silent(troubles), ", "))
	return err
}

// silent are the names of the checks that have found nothing.
func silent(troubles []doctor.Trouble) []string {
	var names []string
	for _, check := range doctor.Checks() {
		if !slices.ContainsFunc(troubles, func(t doctor.Trouble) bool { return t.Check == check.Name }) {
			names = append(names, check.Name)
		}
	}
	return names
}
