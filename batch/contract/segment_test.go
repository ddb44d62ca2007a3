package contract

import (
	"bytes"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestASegmentIsReadAsItWasWritten(t *testing.T) {
	for name, segment := range map[string]Segment{
		"nothing known": {Admitted: 128, Milliseconds: 30_000},
		"the end":       {Admitted: 3, Ended: true, Results: []Result{{Key: "input/a", Status: Done, BytesIn: 1}}},
		"one alone":     {Admitted: 3, Alone: "input/\"b\nü", Results: []Result{{Key: "input/a", Status: Skipped}}},
	} {
		got, err := ReadSegment(bytes.NewReader(AppendSegment(nil, segment)))
		if err != nil || !reflect.DeepEqual(got, segment) {
			t.Errorf("%s: got %+v, %v, want %+v", name, got, err, segment)
		}
	}
}

func TestWhatIsNotASegmentIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":            ``,
		"no end of line":     `{"admitted":1}`,
		"a number below 0":   `{"admitted":-1}` + "\n",
		"a time below 0":     `{"admitted":1,"ms":-1}` + "\n",
		"another field":      `{"admitted":1,"x":1}` + "\n",
		"half a result":      `{"admitted":1}` + "\n" + `{"key":"a","status":"done"`,
		"an unknown outcome": `{"admitted":1}` + "\n" + `{"key":"a","status":"lost"}` + "\n",
	} {
		if got, err := ReadSegment(strings.NewReader(text)); err == nil {
			t.Errorf("%s: got %+v, want an error", name, got)
		}
	}
}

func TestTheNameOfASegmentIsReadFromItsKey(t *testing.T) {
	results := Location{Bucket: "b", Prefix: "runs/r/results/"}
	name := SegmentName{Shard: 12, Attempt: 3, Writer: "AB12", Number: 7}
	if got, err := ParseSegmentName(results, name.Address(results).Key); err != nil || got != name {
		t.Errorf("got %+v, %v, want %+v", got, err, name)
	}
	for _, key := range []string{
		"runs/r/results/12.jsonl", "runs/r/results/12/3-AB12-000007.jsonl", "runs/r/results/x/03-AB12-000007.jsonl",
		"runs/r/results/12/03-AB12-000007", "other/12/03-AB12-000007.jsonl", "runs/r/results/12/03-AB-12-000007.jsonl",
	} {
		if got, err := ParseSegmentName(results, key); err == nil {
			t.Errorf("%q: got %+v, want an error", key, got)
		}
	}
}

func TestAJobIsOnlyKnownToHaveDiedOfWhatItMayHaveStarted(t *testing.T) {
	shard := []Object{{Key: "a"}, {Key: "b"}, {Key: "c"}, {Key: "d"}}
	done := func(key string) Result { return Result{Key: key, Status: Done} }
	first := SegmentName{Attempt: 1, Writer: "x"}
	firstNext := SegmentName{Attempt: 1, Writer: "x", Number: 1}
	second := SegmentName{Attempt: 2, Writer: "y"}
	for name, test := range map[string]struct {
		segments map[SegmentName]Segment
		want     map[string]int
	}{
		"all that were admitted": {map[SegmentName]Segment{first: {Admitted: 3}}, map[string]int{"a": 1, "b": 1, "c": 1}},
		"none that has a result": {
			map[SegmentName]Segment{first: {Admitted: 2}, firstNext: {Admitted: 3, Results: []Result{done("a"), done("b")}}},
			map[string]int{"c": 1},
		},
		"none that has a result of the next attempt": {
			map[SegmentName]Segment{first: {Admitted: 2}, second: {Ended: true, Results: []Result{done("a")}}},
			map[string]int{"b": 1},
		},
		"none of a job that ended": {map[SegmentName]Segment{first: {Admitted: 3, Ended: true}}, map[string]int{}},
		"one that was alone, twice": {
			map[SegmentName]Segment{first: {Admitted: 2}, second: {Admitted: 2, Alone: "b"}},
			map[string]int{"a": 1, "b": 2},
		},
		"no more than there are": {
			map[SegmentName]Segment{first: {Admitted: 128}},
			map[string]int{"a": 1, "b": 1, "c": 1, "d": 1},
		},
	} {
		if got := Recall(shard, test.segments).Deaths; !maps.Equal(got, test.want) {
			t.Errorf("%s: got deaths %v, want %v", name, got, test.want)
		}
	}
}

// A job works on them after all others and alone, and says so before.
func TestAJobHasNotDiedOfWhatOnlyWaitedForTheOthers(t *testing.T) {
	shard := []Object{{Key: "a"}, {Key: "died", Kind: FailedNotReached, Deaths: 1}, {Key: "hungry", Kind: FailedMemory}}
	segments := map[SegmentName]Segment{{Attempt: 1, Writer: "x"}: {Admitted: 3}}
	if got := Recall(shard, segments).Deaths; !maps.Equal(got, map[string]int{"a": 1}) {
		t.Errorf("while it worked on the others got deaths %v, want one of a", got)
	}
	for attempt := 2; attempt <= 3; attempt++ {
		segments[SegmentName{Attempt: attempt, Writer: "x"}] = Segment{Admitted: 3, Results: []Result{{Key: "a", Status: Done}}}
		segments[SegmentName{Attempt: attempt, Writer: "x", Number: 1}] = Segment{Alone: "hungry"}
	}
	known := Recall(shard, segments)
	if !maps.Equal(known.Deaths, map[string]int{"hungry": 2}) || !known.Died("hungry") || known.Died("died") {
		t.Errorf("while it worked on it got deaths %v, want two of hungry", known.Deaths)
	}
}

func TestOfTwoResultsTheLaterAttemptsCounts(t *testing.T) {
	refused := Result{Key: "a", Status: Failed, Kind: FailedRefused}
	done := Result{Key: "a", Status: Done}
	known := Recall([]Object{{Key: "a"}}, map[SegmentName]Segment{
		{Attempt: 2, Writer: "a"}: {Ended: true, Results: []Result{done}},
		{Attempt: 1, Writer: "b"}: {Ended: true, Results: []Result{refused}},
	})
	if got := known.Results["a"]; got != done {
		t.Errorf("got %+v, want %+v", got, done)
	}
}

func TestWhatMayPassDoesNotExcuseALaterDeath(t *testing.T) {
	refused := Segment{Admitted: 1, Ended: true, Results: []Result{{Key: "a", Status: Failed, Kind: FailedRefused}}}
	died := Segment{Admitted: 1}
	for name, test := range map[string]struct {
		first, second Segment
		want          int
	}{
		"refused, then died of":  {refused, died, 1},
		"died of, then refused":  {died, refused, 1},
		"died of, then again":    {died, died, 2},
		"died of, and done then": {died, Segment{Ended: true, Results: []Result{{Key: "a", Status: Done}}}, 0},
	} {
		known := Recall([]Object{{Key: "a"}}, map[SegmentName]Segment{
			{Attempt: 1, Writer: "x"}: test.first, {Attempt: 2, Writer: "x"}: test.second,
		})
		if got := known.Deaths["a"]; got != test.want {
			t.Errorf("%s: got %d deaths, want %d", name, got, test.want)
		}
	}
}

func TestWhatItTookIsTheSumOverTheAttempts(t *testing.T) {
	known := Recall(nil, map[SegmentName]Segment{
		{Attempt: 1, Writer: "x"}:            {Milliseconds: 1000},
		{Attempt: 1, Writer: "x", Number: 1}: {Milliseconds: 31_000},
		{Attempt: 2, Writer: "y"}:            {Milliseconds: 500},
	})
	if want := (Effort{Attempts: 2, Time: 31_500 * time.Millisecond}); known.Effort != want {
		t.Errorf("got %+v, want %+v", known.Effort, want)
	}
	if got := EffortOf(known.Effort.Metadata()); got != known.Effort {
		t.Errorf("got %+v of the metadata, want %+v", got, known.Effort)
	}
	for _, metadata := range []map[string]string{nil, {"attempts": "0", "ms": "1"}, {"attempts": "1", "ms": "-1"}, {"attempts": "1"}} {
		if got := EffortOf(metadata); got != (Effort{}) {
			t.Errorf("%v: got %+v, want nothing", metadata, got)
		}
	}
}

func TestAnObjectMayHaveBegunIfItWasAdmittedOrAlone(t *testing.T) {
	known := Recall([]Object{{Key: "a"}, {Key: "b"}, {Key: "c"}}, map[SegmentName]Segment{
		{Attempt: 1, Writer: "x"}: {Alone: "c"}, {Attempt: 2, Writer: "x"}: {Admitted: 1, Ended: true},
	})
	for number, key := range []string{"a", "b", "c"} {
		if got, want := known.MayHaveBegun(number, key), key != "b"; got != want {
			t.Errorf("%s: got %v, want %v", key, got, want)
		}
	}
}

func FuzzReadSegment(f *testing.F) {
	f.Add(AppendSegment(nil, Segment{Admitted: 1, Alone: "a", Results: []Result{{Key: "b", Status: Done}}}))
	f.Fuzz(func(t *testing.T, text []byte) {
		segment, err := ReadSegment(bytes.NewReader(text))
		if err != nil {
			return
		}
		if again, err := ReadSegment(bytes.NewReader(AppendSegment(nil, segment))); err != nil || !reflect.DeepEqual(again, segment) {
			t.Errorf("got %+v, %v, want %+v", again, err, segment)
		}
	})
}
