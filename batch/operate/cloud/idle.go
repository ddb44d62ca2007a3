package cloud

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/operate/runs"
)

// mostStarts is among how many starts the newest runs are looked for: more than three days of one
// every five minutes.
const mostStarts = 1000

// withoutIdle leaves out the runs that a schedule has started and that found nothing to do. There
// may be hundreds a day, and they have no report.
func (p *Place) withoutIdle(ctx context.Context, all []runs.Run) ([]runs.Run, error) {
	idle := make([]bool, len(all))
	asking, ctx := errgroup.WithContext(ctx)
	asking.SetLimit(objects.AtOnce)
	for i, run := range all {
		if !run.MayBeIdle() {
			continue
		}
		asking.Go(func() (err error) {
			idle[i], err = p.isWithoutFiles(ctx, run)
			return err
		})
	}
	if err := asking.Wait(); err != nil {
		return nil, err
	}
	place := -1
	return slices.DeleteFunc(all, func(runs.Run) bool { place++; return idle[place] }), nil
}

// isWithoutFiles reports whether the run, which has succeeded, has written no report.
func (p *Place) isWithoutFiles(ctx context.Context, run runs.Run) (bool, error) {
	files, err := p.Files(run)
	if err != nil {
		return false, err
	}
	_, _, err = p.files.Head(ctx, files.Report())
	if objects.KindOf(err) == objects.NotFound {
		return true, nil
	}
	return false, err
}
