package main

import (
	"errors"
	"slices"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/inventory"
)

func TestArchivedObjectsThatNobodyNamedAreCountedAndLeftOut(t *testing.T) {
	w := newFixture(t)
	w.put(t, "input/e", "input/d", "input/c", "input/b", "input/a.txt", "input/ready", "input/restored")
	for _, key := range []string{"input/e", "input/d", "input/c", "input/b", "input/a.txt", "input/restored"} {
		w.files.Archive(inputBucket, key, "GLACIER")
	}
	w.files.Thaw(inputBucket, "input/restored")
	plan := w.mustPlan(t, "demo", `{"exclude":["*.txt"]}`)
	if got, want := keys(w.planned(t, "demo")), []string{"input/ready", "input/restored"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	first := []string{"input/b", "input/c", "input/d"}
	if plan.Origin.Archived != 4 || !slices.Equal(plan.Origin.FirstArchived, first) || plan.Origin.LeftOut != 1 {
		t.Errorf("got %+v, want 4 archived, of which the first are %q, and one that the filter left out", plan.Origin, first)
	}
}

func TestArchivedObjectsOfAnInventoryAreCountedAndLeftOut(t *testing.T) {
	w := newFixture(t)
	report := &inventory.Report{Bucket: inputBucket, Schema: "Bucket, Key, Size, StorageClass"}
	report.Add(
		[]string{inputBucket, "input/a", "1", "DEEP_ARCHIVE"},
		[]string{inputBucket, "input/b", "1", "STANDARD_IA"},
	)
	w.putFiles(t, report)
	plan := w.mustPlan(t, "demo", ofInventory)
	if plan.Objects != 1 || plan.Origin.Archived != 1 || !slices.Equal(plan.Origin.FirstArchived, []string{"input/a"}) {
		t.Errorf("got %+v, want one object, and one archived", plan)
	}
}

// Who names an object wants it and no other.
func TestAnArchivedObjectThatIsNamedIsRefusedBeforeAnythingIsStarted(t *testing.T) {
	w := newFixture(t)
	w.put(t, "input/a", "input/b")
	w.files.Archive(inputBucket, "input/b", "DEEP_ARCHIVE")
	plan, err := w.ask(t, "demo", `{"objects":["input/a","input/b"]}`)
	if refused, ok := errors.AsType[*contract.InvalidInput](err); !ok || refused.Value != `"input/b"` {
		t.Errorf("got %+v and %v, want input/b refused by its key", plan, err)
	}
	w.wantNothingWritten(t)
}
