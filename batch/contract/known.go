package contract

import (
	"cmp"
	"slices"
	"time"
)

// MaxDeaths is how many jobs may die while they work on an object. Then the object has failed,
// and is passed over.
const MaxDeaths = 2

// Known is what the segments of a shard say together.
type Known struct {
	// Results are what became of objects, by their keys.
	Results map[string]Result
	// Deaths are how often a job may have died of an object, by the keys of the objects of
	// which nobody knows what became.
	Deaths map[string]int
	// Effort is what it took so far.
	Effort Effort

	admitted int
	alone    map[string]struct{}
}

// MayHaveBegun reports whether a job may have begun to work on the object, which is the
// shard's how many-th, counted from 0.
func (k Known) MayHaveBegun(number int, key string) bool {
	_, alone := k.alone[key]
	return alone || number < k.admitted
}

// Final reports whether the result stands, so that no further attempt is made at the object.
func (k Known) Final(key string) bool {
	result, known := k.Results[key]
	return known && !result.Kind.MayPass()
}

// Died reports whether so many jobs may have died of the object that it has failed.
func (k Known) Died(key string) bool { return k.Deaths[key] >= MaxDeaths }

// Recall puts together what the segments of a shard say. Of two results of one object, the
// one of the later attempt counts.
func Recall(shard []Object, segments map[SegmentName]Segment) Known {
	known := Known{Results: map[string]Result{}, Deaths: map[string]int{}, alone: map[string]struct{}{}}
	for _, attempt := range attempts(segments) {
		known.add(shard, attempt)
	}
	for key := range known.Deaths {
		if known.Final(key) {
			delete(known.Deaths, key)
		}
	}
	return known
}

// attempts are the segments that each attempt, or copy of one, left, in their order.
func attempts(segments map[SegmentName]Segment) [][]Segment {
	names := make([]SegmentName, 0, len(segments))
	for name := range segments {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b SegmentName) int {
		return cmp.Or(cmp.Compare(a.Attempt, b.Attempt), cmp.Compare(a.Writer, b.Writer), cmp.Compare(a.Number, b.Number))
	})
	var attempts [][]Segment
	for i, name := range names {
		if i == 0 || names[i-1].Attempt != name.Attempt || names[i-1].Writer != name.Writer {
			attempts = append(attempts, nil)
		}
		attempts[len(attempts)-1] = append(attempts[len(attempts)-1], segments[name])
	}
	return attempts
}

// add adds what an attempt left.
func (k *Known) add(shard []Object, attempt []Segment) {
	over := map[string]struct{}{} // What this attempt has a result of.
	for _, segment := range attempt {
		k.admitted = max(k.admitted, segment.Admitted)
		if segment.Alone != "" {
			k.alone[segment.Alone] = struct{}{}
		}
		for _, result := range segment.Results {
			k.Results[result.Key] = result
			over[result.Key] = struct{}{}
		}
	}
	last := attempt[len(attempt)-1]
	k.Effort.Attempts++
	k.Effort.Time += time.Duration(last.Milliseconds) * time.Millisecond
	if last.Ended {
		return
	}
	for _, key := range last.underWay(shard) {
		if _, done := over[key]; !done && !k.Final(key) {
			k.Deaths[key]++
		}
	}
}

// underWay are the objects that may have been under way when a job died whose last segment
// this is. One that comes last is only ever under way alone.
func (s Segment) underWay(shard []Object) []string {
	if s.Alone != "" {
		return []string{s.Alone}
	}
	var keys []string
	for _, object := range shard[:min(s.Admitted, len(shard))] {
		if !object.ComesLast() {
			keys = append(keys, object.Key)
		}
	}
	return keys
}
