package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"batchjobwithlambda/batch/contract"
)

var (
	claimTags   = claim{"A job may be submitted with tags", true}
	claimVolume = claim{"A volume that is only a name is there, and the job's user may write to it", true}
)

// tryRun makes a small run. The run's manifest is what later jobs work on.
func tryRun(ctx context.Context, h *hour) error {
	prefix, err := h.upload(ctx, "run", 24)
	if err != nil {
		return err
	}
	execution, err := h.start(ctx, h.stateMachine, "run", map[string]any{"prefix": prefix})
	if err != nil {
		return err
	}
	end, err := h.end(ctx, execution, endLimit)
	if err != nil {
		return err
	}
	manifest, err := h.planned(ctx, execution)
	if err != nil {
		return err
	}
	if err := h.keepManifest(manifest); err != nil {
		return err
	}
	cause := aws.ToString(end.Error) + ": " + aws.ToString(end.Cause)
	if strings.Contains(cause, "TagResource") {
		h.add(claimTags, doesNot, "%s", cause)
	}
	id, err := h.submitted(ctx, execution)
	if err != nil {
		return fmt.Errorf("%w: the run ended %s: %s", err, end.Status, cause)
	}
	job, err := h.job(ctx, id)
	if err != nil {
		return err
	}
	h.addIf(len(job.Tags) > 0, claimTags, "job %s has the tags %v", id, job.Tags)
	for _, volume := range h.definition.ContainerProperties.Volumes {
		if volume.Host != nil {
			return fmt.Errorf("volume %s of %s has a host, so it is not only a name",
				aws.ToString(volume.Name), h.submit.JobDefinition)
		}
	}
	h.addIf(end.Status == sfntypes.ExecutionStatusSucceeded, claimVolume, "the run ended %s%s", end.Status, suffix(end.Cause))
	return nil
}

// keepManifest keeps the address of a run's manifest, and removes the files of all runs of
// this hour in the end.
func (h *hour) keepManifest(text string) error {
	var err error
	if h.manifest, err = contract.ParseAddress(text); err != nil {
		return fmt.Errorf("the plan of the run: %w", err)
	}
	run, err := contract.RunOf(h.manifest)
	if err != nil {
		return err
	}
	h.results = run.Results()
	files := run.Runs.Address(h.name)
	h.later("remove "+files.String(), func(ctx context.Context) error { return h.remove(ctx, files) })
	return nil
}

// suffix is the text after a colon, or nothing.
func suffix(text *string) string {
	if text == nil {
		return ""
	}
	return ": " + *text
}
