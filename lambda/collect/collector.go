package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/objects/lock"
	"batchjobwithlambda/lambda/internal/inorder"
)

// releaseLimit is how long it may take to end the lock of a run that was not planned.
const releaseLimit = 10 * time.Second

// collector adds up runs.
type collector struct {
	s3       *objects.Client
	settings contract.CollectSettings
	now      func() time.Time
}

// handle is the function.
func (c collector) handle(ctx context.Context, request contract.CollectRequest) (contract.Summary, error) {
	state, planning, err := parseState(request.State)
	if err != nil {
		return contract.Summary{}, err
	}
	if planning != nil {
		c.release(ctx, request.Run)
		return describeNothingStarted(pipelineName(c.settings.Environment, c.settings.Pipeline), request, *planning), nil
	}
	if request.Job, err = request.Job.Filled(state.BatchInput.Parameters); err != nil {
		return contract.Summary{}, fmt.Errorf("job: %w", err)
	}
	if err := request.Job.Check(); err != nil {
		return contract.Summary{}, fmt.Errorf("job: %w", err)
	}
	run, err := contract.NewRun(c.settings.Runs, request.Run)
	if err != nil {
		return contract.Summary{}, err
	}
	if err := checkManifests(run, state); err != nil {
		return contract.Summary{}, err
	}
	report, measured, jobs, err := c.addUp(ctx, run, request, state)
	if errors.Is(err, errNeedsLarge) {
		large, err := c.planLarge(ctx, run, request.Job, state)
		return contract.Summary{Large: large}, err
	}
	if err != nil {
		return contract.Summary{}, err
	}
	c.keepMeasured(ctx, report, measured)
	text, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return contract.Summary{}, fmt.Errorf("encode the report: %w", err)
	}
	if err := c.s3.Put(ctx, run.Report(), append(text, '\n')); err != nil {
		return contract.Summary{}, err
	}
	if report.Done+report.Skipped > 0 {
		c.keepMade(ctx, jobs)
	}
	return describe(report, run.Report(), request.StateMachine), nil
}

// checkManifests returns an error if the state is another run's.
func checkManifests(run contract.Run, state contract.RunState) error {
	want := run.Manifest()
	if state.First != nil {
		if err := checkManifests(run, *state.First); err != nil {
			return err
		}
		want = run.ForLarge().Manifest()
	}
	if state.BatchInput.Manifest != want.String() {
		return fmt.Errorf("state: the manifest %q is not this run's, %q", state.BatchInput.Manifest, want)
	}
	return nil
}

// release ends the lock of a run without a plan: there will be no report, with which the lock
// would end. That nothing was started is reported although S3 may be why, so an error is only
// logged: then the lock ends with the time that an execution may take.
func (c collector) release(ctx context.Context, run string) {
	ctx, cancel := context.WithTimeout(ctx, releaseLimit)
	defer cancel()
	if err := lock.Release(ctx, c.s3, c.settings.Runs, run); err != nil {
		log.Printf("release the lock: %v", err)
	}
}

// addUp makes the run's report, and writes the list of failures if there are any. It writes nothing,
// and returns errNeedsLarge, if a second round is needed first. The jobs have ended, so a second
// attempt finds the same results and writes the same list. It returns the jobs of the first round as
// well, which a dry run has none of.
func (c collector) addUp(
	ctx context.Context,
	run contract.Run,
	request contract.CollectRequest,
	state contract.RunState,
) (contract.Report, measures, *shards, error) {
	started, err := time.Parse(time.RFC3339, request.Started)
	if err != nil {
		return contract.Report{}, measures{}, nil, fmt.Errorf("started: %w", err)
	}
	second, err := c.openSecond(ctx, run, request.Job, state)
	if err != nil {
		return contract.Report{}, measures{}, nil, err
	}
	jobError := state.JobError
	if state.First != nil {
		jobError = cmp.Or(jobError, state.First.JobError)
		state = *state.First
	}
	report := contract.Report{
		Run:                        run.ID,
		Environment:                c.settings.Environment,
		Pipeline:                   c.settings.Pipeline,
		Execution:                  request.Execution,
		Origin:                     state.Origin,
		Command:                    request.Job.Command,
		Parameters:                 request.Job.Parameters,
		Started:                    request.Started,
		ToleratedFailurePercentage: request.Job.ToleratedFailurePercentage,
		JobError:                   jobError,
		Forecast:                   state.Forecast,
		Performance:                contract.Performance{MemoryMiB: request.Job.MemoryMiB},
	}
	if state.DryRun != nil {
		report.DryRun, report.Outcome = state.DryRun, contract.Succeeded
		report.Seconds = c.now().Sub(started).Seconds()
		return report, measures{}, nil, nil
	}
	jobs, err := c.openShards(ctx, run, request.Job, state)
	if err != nil {
		return contract.Report{}, measures{}, nil, err
	}
	var measured measures
	nothingFailed := errors.New("nothing failed")
	err = c.s3.Write(ctx, run.Failed(), nil, func(list io.Writer) error {
		var err error
		if measured, err = addShards(ctx, &report, jobs, second, list); err != nil {
			return err
		}
		if second == nil && needsLarge(request.Job, state, measured.ways) {
			return errNeedsLarge
		}
		if report.Failed == 0 {
			return nothingFailed // So that no list is written.
		}
		report.FailedManifest = run.Failed().String()
		return nil
	})
	if err != nil && !errors.Is(err, nothingFailed) {
		return contract.Report{}, measures{}, nil, err
	}
	report.Outcome = outcomeOf(report)
	report.Seconds = c.now().Sub(started).Seconds()
	return report, measured, jobs, nil
}

// outcomeOf is how the run ended: it failed if more of its objects did than are tolerated.
func outcomeOf(report contract.Report) contract.Outcome {
	if float64(report.Failed)*100 > report.ToleratedFailurePercentage*float64(report.Objects) {
		return contract.RunFailed
	}
	return contract.Succeeded
}

// addShards adds all shards to the report, and writes the objects that failed to the
// list, in the order of the manifest. It returns what was measured of them.
func addShards(
	ctx context.Context,
	report *contract.Report,
	jobs *shards,
	second *secondRound,
	list io.Writer,
) (measures, error) {
	number := 0
	var measured measures
	failed := newFailureList(ctx, report, second, list)
	defer failed.close()
	for sum, err := range inorder.Map(ctx, len(jobs.entries), objects.AtOnce, jobs.read) {
		if err != nil {
			return measures{}, err
		}
		report.Shards++
		if sum.lost != "" {
			report.ShardsLost++
		}
		report.Objects += jobs.entries[number].Objects
		sum.addTo(report)
		measured.add(sum)
		if err := failed.addShard(ctx, jobs, number, sum); err != nil {
			return measures{}, err
		}
		number++
	}
	report.Performance = measured.performance(report.Done, report.BytesIn, report.MemoryMiB)
	if err := failed.addRest(); err != nil {
		return measures{}, err
	}
	if err := second.addTo(report, &measured.ways); err != nil {
		return measures{}, err
	}
	report.Failures = measured.ways.list()
	return measured, nil
}
