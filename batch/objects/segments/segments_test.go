package segments_test

import (
	"maps"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/objects/segments"
	"batchjobwithlambda/test/account/s3/s3test"
)

var results = contract.Location{Bucket: "workspace", Prefix: "runs/r/results/"}

func TestOnlyTheSegmentsOfTheShardAreRead(t *testing.T) {
	client, store := s3test.Serve(t, []string{"workspace"})
	want := map[contract.SegmentName]contract.Segment{
		{Shard: 1, Attempt: 1, Writer: "A"}:            {Admitted: 2},
		{Shard: 1, Attempt: 1, Writer: "A", Number: 1}: {Ended: true, Results: []contract.Result{{Key: "a", Status: contract.Done}}},
		{Shard: 1, Attempt: 2, Writer: "B"}:            {Alone: "b"},
	}
	all := maps.Clone(want)
	all[contract.SegmentName{Shard: 11, Attempt: 1, Writer: "A"}] = contract.Segment{Admitted: 9}
	for name, segment := range all {
		s3test.Put(t, store, name.Address(results), string(contract.AppendSegment(nil, segment)))
	}
	s3test.Put(t, store, contract.ResultAddress(results, 1), "")
	s3test.Put(t, store, results.Address("1/note.txt"), "by hand")
	s3test.Put(t, store, results.Address("1/03-C-000000.jsonl"), "broken")
	got, err := segments.Read(t.Context(), client, results, 1)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestSegmentsThatS3DoesNotGiveAreAnError(t *testing.T) {
	for _, request := range []string{"list-type", "01-A"} {
		client, store := s3test.Serve(t, []string{"workspace"}, func(s3 http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.String(), request) && r.Method == http.MethodGet {
					w.WriteHeader(http.StatusForbidden)
					return
				}
				s3.ServeHTTP(w, r)
			})
		})
		name := contract.SegmentName{Shard: 1, Attempt: 1, Writer: "A"}
		s3test.Put(t, store, name.Address(results), string(contract.AppendSegment(nil, contract.Segment{Admitted: 2})))
		if got, err := segments.Read(t.Context(), client, results, 1); objects.KindOf(err) == objects.None {
			t.Errorf("%s: got %+v and %v, want S3's error", request, got, err)
		}
	}
}
