package main

import (
	"context"
	"fmt"
	"io"

	"batchjobwithlambda/batch/operate/runs"
	"batchjobwithlambda/batch/people"
)

var failuresVerb = verb{
	name:      "failures",
	does:      "tell what failed and why, grouped by reason; with -json, an object a line",
	takesRun:  true,
	listsJSON: true,
	prepare:   noFlags(showFailures),
}

func showFailures(ctx context.Context, s *session) error {
	// Nobody should read "nothing failed" of a run that does not know it yet.
	r, err := s.findReported(ctx)
	if err != nil {
		return err
	}
	failures := runs.Failures(ctx, r.place, r.run)
	if s.json {
		for object, err := range failures {
			if err == nil {
				err = s.printJSON(object)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	groups, err := runs.GroupFailures(failures)
	if err != nil {
		return err
	}
	if len(groups) == 0 {
		fmt.Fprintf(s.out, "nothing failed in %s\n", r.run.Name)
		return nil
	}
	writeGroups(s.out, groups)
	return nil
}

// writeGroups writes each reason with a few of the objects.
func writeGroups(to io.Writer, groups []runs.Group) {
	for _, group := range groups {
		fmt.Fprintf(to, "%s failed: %s\n", people.Count(group.Count, "object"), people.OneLine(group.Reason, mostReason))
		for _, key := range group.Examples {
			fmt.Fprintf(to, "  %s\n", people.OneLine(key, mostReason))
		}
		if more := group.Count - int64(len(group.Examples)); more > 0 {
			fmt.Fprintf(to, "  and %s more\n", people.Number(more))
		}
	}
}
