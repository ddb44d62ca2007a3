package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// metadataStarted is where a manifest says which execution of its name it belongs to.
const metadataStarted = "started"

// clockSkew is how far the clocks of AWS Step Functions and of AWS Batch may be apart.
const clockSkew = time.Minute

// planner plans runs.
type planner struct {
	s3       *objects.Client
	settings contract.PlanSettings
	// queue tells what has arrived, if the settings name it.
	queue *queue
}

// handle is the function. What a person can mend in the input is returned as the bare
// *contract.InvalidInput, because the execution shows the error's Go type as its name.
func (p planner) handle(ctx context.Context, request contract.PlanRequest) (contract.Plan, error) {
	plan, err := p.plan(ctx, request)
	if invalid, ok := errors.AsType[*contract.InvalidInput](err); ok {
		return contract.Plan{}, invalid
	}
	return plan, err
}

func (p planner) plan(ctx context.Context, request contract.PlanRequest) (contract.Plan, error) {
	run, err := contract.NewRun(p.settings.Runs, request.Run)
	if err != nil {
		return contract.Plan{}, err
	}
	input, err := contract.ParseInput(request.Input, p.settings)
	if err != nil {
		return contract.Plan{}, err
	}
	started, err := time.Parse(time.RFC3339, request.Started)
	if err != nil {
		return contract.Plan{}, fmt.Errorf("started: %w", err)
	}
	parameters, err := request.Job.Choose(input.Parameters)
	if err != nil {
		return contract.Plan{}, err
	}
	job, err := request.Job.Filled(parameters)
	if err != nil {
		return contract.Plan{}, err
	}
	if err := checkSource(input.Source, job.Command); err != nil {
		return contract.Plan{}, err
	}
	plan, err := p.planOnce(ctx, asked{run, request.Started, started, input, job})
	if err != nil || plan.Idle != "" {
		return plan, err
	}
	plan.BatchInput.Parameters = parameters
	plan.JobsAfter = strconv.FormatInt(started.Add(-clockSkew).UnixMilli(), 10)
	return plan, nil
}

// asked is a run that is to be planned.
type asked struct {
	run contract.Run
	// started is when its execution did, as text and as a time.
	started string
	since   time.Time
	input   contract.Input
	job     contract.Job
}

// planOnce plans a run that no other has the name of, and that no other goes on beside.
func (p planner) planOnce(ctx context.Context, a asked) (contract.Plan, error) {
	ofArrivals := a.input.Source == contract.SourceArrivals
	if ofArrivals {
		if plan, known, err := p.withoutArrivals(ctx, a); err != nil || known {
			return plan, err
		}
	}
	if err := p.checkNameIsNew(ctx, a.run, a.started); err != nil {
		return contract.Plan{}, err
	}
	if p.settings.RunLimit > 0 && !a.input.Overlap && !a.input.DryRun {
		other, err := p.lockOut(ctx, a)
		switch {
		case err != nil:
			return contract.Plan{}, err
		case other != nil && a.input.UnlessRunning:
			return contract.Plan{Idle: fmt.Sprintf("run %s goes on", other.Run)}, nil
		case other != nil:
			return contract.Plan{}, overlaps(*other)
		}
	}
	if ofArrivals {
		return p.arrived(ctx, a)
	}
	selected := p.newSelection(a)
	all := apart(p.settings.Outputs(a.job.Command), p.objects(ctx, a, selected))
	return p.write(ctx, a, selected, selected.first(p.unmade(ctx, a, selected, all)))
}

// write writes the manifest and its index.
func (p planner) write(
	ctx context.Context,
	a asked,
	selected *selection,
	objects iter.Seq2[contract.Object, error],
) (contract.Plan, error) {
	estimate := p.estimate(ctx, a.job)
	work, err := newLedger(estimate)
	if err != nil {
		return contract.Plan{}, err
	}
	defer work.close()
	if err := p.writeManifest(ctx, a.run, a.started, objects, work); err != nil {
		return contract.Plan{}, err
	}
	limit := p.settings.MaxShards
	if a.input.Shards > 0 {
		limit = a.input.Shards
	}
	shards, err := work.cut(limit, p.settings.ShardTime, p.settings.ShardBytes)
	if err != nil {
		return contract.Plan{}, err
	}
	if err := p.writeIndex(ctx, a.run, shards); err != nil {
		return contract.Plan{}, err
	}
	plan := newPlan(a.run, a.input.Origin(p.settings), shards)
	plan.Origin.LeftOut, plan.Origin.Limited = selected.leftOut.Load(), selected.limited
	plan.Origin.Archived, plan.Origin.FirstArchived = selected.archived.number, selected.archived.first
	plan.Origin.Made = selected.made
	plan.Forecast = contract.Forecast{
		Estimate:     estimate,
		ShardSeconds: work.seconds() / float64(max(len(shards), 1)),
	}
	if a.input.DryRun {
		plan = plan.AsDryRun()
		plan.DryRun.TooLarge, plan.DryRun.FirstTooLarge = selected.tooLarge.number, selected.tooLarge.first
	}
	return plan, nil
}

// newPlan is the plan of a run whose manifest and index are written.
func newPlan(run contract.Run, origin contract.Origin, shards []contract.IndexEntry) contract.Plan {
	plan := contract.Plan{
		BatchInput: contract.BatchInput{Manifest: run.Manifest().String(), Results: run.Results().String()},
		Origin:     origin,
		Shards:     len(shards),
	}
	for _, shard := range shards {
		plan.Objects += shard.Objects
		plan.Bytes += shard.Bytes
	}
	return plan
}

// checkNameIsNew returns an *InvalidInput if an older execution had this one's
// name, which may be used again after 90 days ("StartExecution", AWS Step Functions API
// Reference): its results would pass for this run's. A file of this execution's own is
// from an attempt that was cut off, and is written again. A manifest is the first file
// of every run, so files without one are another's.
func (p planner) checkNameIsNew(ctx context.Context, run contract.Run, started string) error {
	file, err := p.s3.First(ctx, run.Location())
	if err != nil || file == "" {
		return err
	}
	_, metadata, err := p.s3.Head(ctx, run.Manifest())
	if err != nil && objects.KindOf(err) != objects.NotFound {
		return err
	}
	if err == nil && metadata[metadataStarted] == started {
		return nil
	}
	return &contract.InvalidInput{
		Field: "name",
		Value: strconv.Quote(run.ID),
		Want:  fmt.Sprintf("a name that no run had before (what is below %s is an older one's)", run.Location()),
	}
}

// writeManifest writes the objects as they come, and enters them in the ledger. What
// comes must be sorted, none twice.
func (p planner) writeManifest(
	ctx context.Context,
	run contract.Run,
	started string,
	objects iter.Seq2[contract.Object, error],
	work *ledger,
) error {
	metadata := map[string]string{metadataStarted: started}
	return p.s3.Write(ctx, run.Manifest(), metadata, func(manifest io.Writer) error {
		var line []byte
		previous := ""
		for object, err := range objects {
			if err != nil {
				return err
			}
			if object.Key <= previous {
				return fmt.Errorf("key %q came after %q: a run would work on an object twice, or not at all", object.Key, previous)
			}
			previous = object.Key
			line = contract.AppendObject(line[:0], object)
			if err := work.add(len(line), object.Size); err != nil {
				return err
			}
			if _, err := manifest.Write(line); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p planner) writeIndex(ctx context.Context, run contract.Run, shards []contract.IndexEntry) error {
	var index []byte
	for _, shard := range shards {
		index = contract.AppendIndexEntry(index, shard)
	}
	return p.s3.Put(ctx, contract.IndexAddress(run.Manifest()), index)
}
