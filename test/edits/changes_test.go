package edits

import (
	"os"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/updates"
)

// changed is what an edit does, or what taking it back does.
func changed(t *testing.T, setting string, back bool) []updates.Change {
	t.Helper()
	from, to := before(t, setting), templateOf(t, setting, after(setting))
	if back {
		from, to = to, from
	}
	changes, err := updates.Compare(from, to)
	if err != nil {
		t.Fatalf("%s: %v", setting, err)
	}
	return changes
}

// refused are the settings that a stack cannot change once it is there; the page says so.
var refused = []string{"Network.Zones"}

func TestAWSRefusesNoEditButThoseThatThePageNames(t *testing.T) {
	for setting := range edits {
		if slices.Contains(refused, setting) {
			continue
		}
		for _, back := range []bool{false, true} {
			for _, change := range changed(t, setting, back) {
				if change.Effect == updates.Refused {
					t.Errorf("%s: %s of %s would be refused", setting, change.Property, change.ID)
				}
			}
		}
	}
}

func TestWhatThePageCallsRefusedIsRefused(t *testing.T) {
	page, err := os.ReadFile("docs/changing-settings.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range refused {
		if !slices.ContainsFunc(changed(t, setting, false), isRefused) || !strings.Contains(string(page), "**`"+setting+"`**") {
			t.Errorf("%s is not refused, or the page does not say so", setting)
		}
	}
}

func isRefused(change updates.Change) bool { return change.Effect == updates.Refused }

// The environment could never be changed once (aws-cdk#27054).
func TestOtherVCPUsChangeTheComputeEnvironmentInPlace(t *testing.T) {
	for _, back := range []bool{false, true} {
		changes := changed(t, "Compute.MaxVCPUs", back)
		if len(changes) != 1 {
			t.Errorf("got %v, want a change of the environment", changes)
		}
		for _, change := range changes {
			if change.Effect != updates.InPlace || change.Property != "ComputeResources.MaxvCpus" {
				t.Errorf("got %v, want ComputeResources.MaxvCpus %s", change, updates.InPlace)
			}
		}
	}
}

// A bucket, once it has objects, is nothing that a setting may cost.
func TestOnlyAnotherNameLosesTheBucketOfAPipeline(t *testing.T) {
	for setting := range edits {
		for _, change := range changed(t, setting, false) {
			lost := change.Type == "AWS::S3::Bucket" && change.Effect != updates.InPlace
			if lost && setting != "Pipelines.Name" {
				t.Errorf("%s: %s is %s", setting, change.ID, change.Effect)
			}
		}
	}
}

func TestAScratchSizeReachesTheJobInPlace(t *testing.T) {
	changes := changed(t, "Pipelines.Job.ScratchGiB", false)
	for _, change := range changes {
		if change.Type == "AWS::Batch::JobDefinition" && change.Effect == updates.InPlace {
			definition := templateOf(t, "Pipelines.Job.ScratchGiB", after("Pipelines.Job.ScratchGiB")).OfType(change.Type)[0]
			disk, _ := definition.Properties["ContainerProperties"].(map[string]any)["EphemeralStorage"].(map[string]any)
			if disk["SizeInGiB"] != float64(100) {
				t.Errorf("the job has %v, want 100 GiB", disk)
			}
			return
		}
	}
	t.Errorf("got %v, want a change of the job definition in place", changes)
}

// losses are what of the changes cannot be had for nothing: the types of the resources that
// are replaced or removed, and what that costs, each once and sorted.
func losses(changes []updates.Change) (types, costs []string) {
	for _, change := range changes {
		cost := updates.CostOf(change.Type)
		if change.Effect == updates.InPlace || isRefused(change) || cost.None() || change.Kept {
			continue
		}
		name := strings.TrimPrefix(change.Type, "AWS::")
		if change.Effect == updates.Replaced {
			name += " (replaced)"
		}
		types = append(types, name)
		costs = append(costs, cost.Running, cost.Stored)
	}
	return distinct(types), distinct(costs)
}

func distinct(texts []string) []string {
	slices.Sort(texts)
	return slices.DeleteFunc(slices.Compact(texts), func(text string) bool { return text == "" })
}
