package checkers

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// maxAcknowledgedInProd keeps the list one that an auditor still reads.
const maxAcknowledgedInProd = 12

func TestEveryFindingIsAcknowledgedAndEveryAcknowledgementIsFound(t *testing.T) {
	if n := len(inProd); n > maxAcknowledgedInProd {
		t.Errorf("%d acknowledgements for prod, want %d at the most: fix what can be fixed", n, maxAcknowledgedInProd)
	}
	fmt.Printf("proof: cdk-nag acknowledgements: %d for prod of at most %d, %d more for dev\n", len(inProd), maxAcknowledgedInProd, len(onlyInDev))
	for _, environment := range slices.Sorted(maps.Keys(templates)) {
		acknowledged := places(inProd)
		must := acknowledged
		if environment == "dev" {
			// What prod may, dev may too.
			must = places(onlyInDev)
			acknowledged = maps.Clone(acknowledged)
			maps.Copy(acknowledged, must)
		}
		packs, found := inApp(t, environment)
		seen := gate(t, environment+" app", packs, found, acknowledged)

		packs, foundByTemplate := inTemplates(t, templates[environment])
		maps.Copy(seen, gate(t, environment+" template", packs, foundByTemplate[templates[environment]], acknowledged))
		for at := range must {
			if !seen[at] {
				t.Errorf("%s: %s is acknowledged on %s, and not found there: take it out of acknowledged_test.go", environment, at.Rule, at.Place)
			}
		}
	}
}

// gate fails for each finding that is not acknowledged, and returns those found.
func gate(t *testing.T, what string, packs []string, found []finding, acknowledged map[finding]bool) map[finding]bool {
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
	fmt.Printf("proof: cdk-nag %s: %d findings, %d acknowledged, %d open (packs: %s)\n",
		what, len(found), len(found)-open, open, strings.Join(packs, ", "))
	return seen
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
