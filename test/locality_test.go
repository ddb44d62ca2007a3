package test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// mostFiles is in how many production files a feature may be named outside of its own. Each is
// a place that whoever changes or removes the feature has to find.
const mostFiles = 8

// features are what a user can turn on or leave out. The files of a feature are those that would
// go with it.
var features = []struct {
	name  string
	files []string
	named string
}{
	{
		name: "inventories",
		files: []string{
			"lambda/internal/inventory/", "lambda/preprocess/inventory.go", "policies/inventories.go",
			"stacks/config/inventory.go", "stacks/inventories.go",
		},
		named: `(?i)inventor`,
	},
	{
		name:  "an isolated network",
		files: []string{"stacks/network/isolated.go"},
		named: `(?i)isolated`,
	},
	{
		name:  "NAT gateways",
		files: []string{"stacks/network/nat.go"},
		named: `(?i)\bnat\b`,
	},
	{
		name:  "a network that exists already",
		files: []string{"stacks/network/existing.go"},
		named: `(?i)existing network|config\.Existing`,
	},
	{
		name: "instances of EC2",
		files: []string{
			"policies/instances.go", "stacks/compute/ec2.go", "stacks/compute/launchtemplate.go", "stacks/limits/instances.go",
		},
		named: `on EC2|EC2Spot|OnEC2|compute\.EC2|Host EC2`,
	},
	{
		name:  "GPUs",
		files: []string{"stacks/limits/instances.go"},
		named: `GPU`,
	},
	{
		name:  "a budget",
		files: []string{"stacks/budget.go"},
		named: `(?i)budget|MonthlyDollars`,
	},
	{
		name:  "a key of the customer's",
		files: []string{"policies/key.go", "stacks/hardened/"},
		named: `CustomerKey|awskms`,
	},
	{
		name:  "audit logs",
		files: []string{"stacks/access_logs.go"},
		named: `(?i)audit|access_?log`,
	},
	{
		name:  "Spot",
		files: []string{"stacks/compute/fargate.go"},
		named: `(?i)\bspot\b`,
	},
	{
		name:  "alarms",
		files: []string{"stacks/alarms.go", "stacks/dashboard.go"},
		named: `Alarms\b`,
	},
	{
		name:  "a chat",
		files: []string{"stacks/chat.go"},
		named: `\bChat\b`,
	},
	{
		name:  "a dashboard",
		files: []string{"stacks/dashboard.go"},
		named: `Dashboard`,
	},
	{
		name:  "several pipelines",
		files: []string{"stacks/environment.go"},
		named: `Pipelines\b`,
	},
	{
		name:  "buckets that exist already",
		files: nil,
		named: `(?i)FromBucketName|existing bucket`,
	},
	{
		name: "folders of outputs",
		files: []string{
			"batch/contract/output", "batch/worker/files.go", "batch/worker/folders.go", "batch/worker/process/output.go",
			"lambda/preprocess/folders.go",
		},
		named: `OutDir|OutputList|InFolders`,
	},
	{
		name:  "batches",
		files: []string{"batch/contract/batch.go", "batch/worker/batch.go", "batch/worker/process/batch.go", "stacks/config/batch.go"},
		named: `\bInFiles\b|contract\.Batch\b|Job\.Batch\b`,
	},
	{
		name: "a larger job",
		files: []string{
			"batch/contract/large.go", "batch/operate/cost/large.go", "batch/operate/large.go", "lambda/collect/large.go",
			"policies/large.go", "stacks/config/large.go", "stacks/large.go",
		},
		named: `Job\.Large\b|LargeJob|LargeRound|OutOfMemory LargeJob|ForLarge\b`,
	},
	{
		name: "secrets",
		files: []string{
			"batch/contract/variables.go", "batch/worker/process/redact.go", "policies/secrets.go",
			"stacks/config/variables.go", "stacks/secrets.go",
		},
		named: `[Ss]ecrets`,
	},
	{
		name: "how outputs are stored",
		files: []string{
			"batch/contract/storeas.go", "batch/objects/attributes.go", "batch/worker/attributes.go",
			"stacks/config/storeas.go",
		},
		named: `[Ss]toreAs|Tagged`,
	},
	{
		name: "arrivals",
		files: []string{
			"batch/contract/arrivals.go", "batch/operate/cloud/facts_arrivals.go", "batch/operate/doctor/arrivals.go",
			"lambda/preprocess/arrivals.go", "lambda/preprocess/queue.go",
			"policies/arrivals.go", "stacks/arrivals.go", "stacks/config/arrivals.go",
		},
		named: `(?i)arriv`,
	},
	{
		name: "lists",
		files: []string{
			"batch/contract/columns.go", "batch/contract/further.go", "batch/worker/columns.go", "batch/worker/further.go",
			"lambda/internal/lists/", "lambda/preprocess/list.go", "stacks/config/lists.go",
		},
		named: `Columns|\.Lists\b|\bLists Location|\bLists:|SourceList|contract\.ListsPrefix`,
	},
	{
		name: "a schedule",
		files: []string{
			"policies/starts.go", "stacks/config/schedule.go", "stacks/config/schedule_expression.go", "stacks/starts.go",
		},
		named: `Schedule\b|awsscheduler`,
	},
	{
		name:  "a permissions boundary",
		files: nil,
		named: `(?i)permissions? ?boundary`,
	},
}

func TestAFeatureIsNamedInFewFiles(t *testing.T) {
	files := productionFiles(t)
	for _, feature := range features {
		t.Run(feature.name, func(t *testing.T) {
			named := regexp.MustCompile(feature.named)
			own := func(path string) bool {
				return slices.ContainsFunc(feature.files, func(own string) bool { return strings.HasPrefix(path, own) })
			}
			for _, file := range feature.files {
				if !slices.ContainsFunc(files, func(path string) bool { return strings.HasPrefix(path, file) }) {
					t.Errorf("there is no %s", file)
				}
			}
			var others []string
			for _, path := range files {
				if own(path) || filepath.Base(path) == "doc.go" { // A table of contents names everything.
					continue
				}
				text, err := os.ReadFile(filepath.Join(root, path))
				if err != nil {
					t.Fatal(err)
				}
				if named.Match(text) {
					others = append(others, path)
				}
			}
			t.Logf("%d files: %s", len(others), strings.Join(others, ", "))
			if len(others) == 0 || len(others) > mostFiles {
				t.Errorf("named in %d other files, want 1 to %d: %s", len(others), mostFiles, strings.Join(others, ", "))
			}
		})
	}
}
