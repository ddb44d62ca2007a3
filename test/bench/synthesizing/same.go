package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// sameStack returns an error that names the types of which one stack has more resources than
// the other: then the peer is no longer a peer.
func sameStack(ours, peer template) error {
	counts := map[string]int{}
	for _, resource := range ours.Resources {
		counts[resource.Type]++
	}
	for _, resource := range peer.Resources {
		counts[resource.Type]--
	}
	var differences []string
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		if counts[kind] != 0 {
			differences = append(differences, fmt.Sprintf("%s (%+d)", kind, counts[kind]))
		}
	}
	if differences != nil {
		return fmt.Errorf(
			"this app's stack has other resources than its peer's: %s: change test/bench/synthesizing/peer/app.ts",
			strings.Join(differences, ", "),
		)
	}
	return nil
}
