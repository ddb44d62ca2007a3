package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"batchjobwithlambda/test/page"
)

// asked is what the verb asks AWS for, in a run of two jobs that is there.
func asked(t *testing.T, v verb) []string {
	t.Helper()
	f := newFake(t)
	of := f.running("run", 2, batchtypes.JobStatusRunning)
	of.lines[0] = []string{"line"}
	f.leaveReport(t, "run", 2)
	f.lock(t, "run")
	f.passes = func() {
		for _, e := range f.executions {
			e.status = sfntypes.ExecutionStatusSucceeded
		}
		copy(of.children, []batchtypes.JobStatus{batchtypes.JobStatusSucceeded, batchtypes.JobStatusSucceeded})
	}
	words := []string{v.name}
	if v.name == "start" || v.name == "rerun" {
		words = append(words, "-watch")
	}
	if _, messages, code := f.typed(t, words...); code == exitNotDone {
		t.Fatalf("%s: got exit code %d and %q", v.name, code, messages)
	}
	named := []string{v.name, "run"}
	if v.takesRun {
		f.typed(t, named...)
	}
	if v.name == "cost" {
		f.typed(t, v.name, "-month")
	}
	slices.Sort(f.actions)
	return slices.Compact(f.actions)
}

func TestAVerbAsksForNothingThatItsPermissionsDoNotHave(t *testing.T) {
	for _, v := range verbs() {
		var may []string
		for _, p := range permissionsOf[v.name] {
			may = append(may, p.Action)
		}
		for _, action := range asked(t, v) {
			if !slices.Contains(may, action) {
				t.Errorf("%s asks for %s, which is not among %q", v.name, action, may)
			}
		}
	}
}

func TestEveryPermissionIsNeededBySomeVerb(t *testing.T) {
	needed := []string{missRunFiles.Action}
	for _, v := range verbs() {
		needed = append(needed, asked(t, v)...)
	}
	for verb, permissions := range permissionsOf {
		for _, p := range permissions {
			if !slices.Contains(needed, p.Action) {
				t.Errorf("%s has %s, which nothing asks for", verb, p.Action)
			}
		}
	}
}

// The page is written from the permissions of the verbs, so it cannot say anything else.
func TestThePermissionsPageHasThePoliciesOfAnOperator(t *testing.T) {
	page.Section{
		Path:  "../../docs/permissions.md",
		Begin: "<!-- The policies of an operator, written by \"make snapshots\". -->",
		End:   "<!-- /operator -->",
	}.Want(t, policyText(t, "To watch", watching())+policyText(t, "To start and stop, besides", starting()))
}

// changes are the verbs that change something.
var changes = []string{"start", "rerun", "stop"}

func watching() []permission {
	var all []permission
	for verb, permissions := range permissionsOf {
		if !slices.Contains(changes, verb) {
			all = append(all, permissions...)
		}
	}
	return all
}

func starting() []permission {
	var more []permission
	for _, verb := range changes {
		for _, p := range permissionsOf[verb] {
			if !slices.Contains(watching(), p) {
				more = append(more, p)
			}
		}
	}
	return more
}

// policyText is the policy of the permissions, a statement for each resource.
func policyText(t *testing.T, title string, permissions []permission) string {
	t.Helper()
	type statement struct {
		Effect   string
		Action   []string
		Resource string
	}
	actions := map[string][]string{}
	for _, p := range permissions {
		if !slices.Contains(actions[p.Resource], p.Action) {
			actions[p.Resource] = append(actions[p.Resource], p.Action)
		}
	}
	var statements []statement
	for resource, actions := range actions {
		slices.Sort(actions)
		statements = append(statements, statement{"Allow", actions, resource})
	}
	slices.SortFunc(statements, func(a, b statement) int { return strings.Compare(a.Action[0], b.Action[0]) })
	text, err := json.MarshalIndent(map[string]any{"Version": "2012-10-17", "Statement": statements}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("\n%s:\n\n```json\n%s\n```\n", title, text)
}
