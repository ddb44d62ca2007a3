package contract

import (
	"cmp"
	"slices"
)

// Known is what the segments of a shard say together.
type Known struct {
	// Results are what became of objects, by their keys.
	Results map[string]Result
	// Deaths are how often a job may have died of an object, by the keys of the objects of
	// which nobody knows what became.
	Deaths map[string]int
}

// Recall puts together what the segments of a shard say. Of two results of one object, the
// one of the later attempt counts.
func Recall(shard []Object, segments map[SegmentName]Segment) Known {
	known := Known{Results: map[string]Result{}, Deaths: map[string]int{}}
	names := make([]SegmentName, 0, len(segments))
	for name := range segments {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b SegmentName) int {
		return cmp.Or(cmp.Compare(a.Attempt, b.Attempt), cmp.Compare(a.Writer, b.Writer), cmp.Compare(a.Number, b.Number))
	})
	for _, name := range names {
		for _, result := range segments[name].Results {
			known.Results[result.Key] = result
		}
	}
	for i, name := range names {
		last := i+1 == len(names) || names[i+1].Writer != name.Writer || names[i+1].Attempt != name.Attempt
		if last && !segments[name].Ended {
			known.blame(shard, segments[name])
		}
	}
	return known
}

// blame counts a death for each object that was under way when a job died whose last segment
// this is.
func (k Known) blame(shard []Object, last Segment) {
	if last.Alone != "" {
		k.died(last.Alone)
		return
	}
	for _, object := range shard[:min(last.Admitted, len(shard))] {
		k.died(object.Key)
	}
}

func (k Known) died(key string) {
	if _, over := k.Results[key]; !over {
		k.Deaths[key]++
	}
}
