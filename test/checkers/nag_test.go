package checkers

import (
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/proof"
	"batchjobwithlambda/test/synth"
)

// maxAcknowledgedInProd keeps the list one that an auditor still reads.
const maxAcknowledgedInProd = 12

func TestEveryFindingIsAcknowledgedAndEveryAcknowledgementIsFound(t *testing.T) {
	if n := len(inProd); n > maxAcknowledgedInProd {
		t.Errorf("%d acknowledgements for prod, want %d at the most: fix what can be fixed", n, maxAcknowledgedInProd)
	}
	proof.Row(t, "acknowledgements", "prod", len(inProd))
	proof.Row(t, "acknowledgements", "dev, besides", len(onlyInDev))
	for environment, own := range map[string][]acknowledgement{"prod": inProd, "dev": onlyInDev} {
		packs, found := inApp(t, environment)
		gate(t, environment+" app", packs, found, own)
		path := templates[environment]
		packs, foundIn := inTemplates(t, path)
		gate(t, environment+" template", packs, foundIn[path], own)
	}
}

// Of the places for data only the stack's own can be checked: the others are not in the template.
func TestEveryKindOfNetworkAndOfMachineIsChecked(t *testing.T) {
	root, err := synth.Root()
	if err != nil {
		t.Fatal(err)
	}
	grid, err := synth.Grid(t.Context(), root, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for environment, path := range grid {
		if strings.HasSuffix(environment, "-own") {
			paths = append(paths, path)
		}
	}
	packs, found := inTemplates(t, paths...)
	var all []finding
	for _, path := range paths {
		all = append(all, found[path]...)
	}
	gate(t, "every kind", packs, all, onlyInOtherKinds)
}

// gate fails for each finding that is not acknowledged, and for each of the environment's
// own acknowledgements that is not found. What prod may, dev may too.
func gate(t *testing.T, what string, packs []string, found []finding, own []acknowledgement) {
	acknowledged := places(slices.Concat(inProd, own))
	seen := map[finding]bool{}
	open := 0
	for _, f := range found {
		at := finding{Rule: f.Rule, Place: f.Place}
		seen[at] = true
		if !acknowledged[at] {
			open++
			t.Errorf("%s: %s: %s on %s: fix it, or acknowledge it in acknowledged_test.go", what, f.Pack, f.Rule, f.Place)
		}
	}
	for at := range places(own) {
		unknown := at.Rule == knownToServerless && !slices.Contains(packs, "Serverless")
		if !seen[at] && !unknown {
			t.Errorf(
				"%s: %s is acknowledged on %s, and not found there: take it out of acknowledged_test.go",
				what,
				at.Rule,
				at.Place,
			)
		}
	}
	proof.Row(t, "cdk-nag", what, len(packs), len(found), len(found)-open, open)
}

// places are the findings that are acknowledged, of whatever pack.
func places(list []acknowledgement) map[finding]bool {
	all := map[finding]bool{}
	for _, a := range list {
		for _, place := range a.On {
			all[finding{Rule: a.Finding, Place: place}] = true
		}
	}
	return all
}
