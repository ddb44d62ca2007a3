package main

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/bench/pace"
)

// ask returns the stand-in's answer.
func ask(s *standIn, method, target, body string) *http.Response {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(method, "/"+bucket+target, strings.NewReader(body)))
	return w.Result()
}

func standInOf(t *testing.T, objects shard) *standIn {
	t.Helper()
	s, err := serve(objects, pace.Service{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	s.begin()
	return s
}

func TestAListIsOfThePrefixInPagesAndAfterAKey(t *testing.T) {
	s := standInOf(t, shard{objects: 1001, size: 1})
	for _, test := range []struct {
		name, query, first string
		keys               int
		more               bool
	}{
		{"first page", "prefix=input/", "input/000000.json", 1000, true},
		{"second page", "prefix=input/&continuation-token=input/000999.json", "input/001000.json", 1, false},
		{"after a key", "prefix=input/&start-after=input/000998.json", "input/000999.json", 2, false},
		{"one key", "prefix=input/000007.json&max-keys=1", "input/000007.json", 1, false},
		{"a page of one key", "prefix=input/&max-keys=1", "input/000000.json", 1, true},
		{"no outputs yet", "prefix=output/", "", 0, false},
		{"the run", "prefix=runs/", s.run.Manifest().Key[:len("runs/bench/manifest")] + ".index", 2, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+bucket+"?list-type=2&"+test.query, nil))
			keys := regexp.MustCompile(`<Key>(.*?)</Key>`).FindAllStringSubmatch(w.Body.String(), -1)
			more := strings.Contains(w.Body.String(), "<IsTruncated>true</IsTruncated>")
			if len(keys) != test.keys || more != test.more || len(keys) > 0 && keys[0][1] != test.first {
				t.Errorf("got %d keys from %q on, more: %t; want %d, %q, %t",
					len(keys), slices.Concat(keys[:min(1, len(keys))]...), more, test.keys, test.first, test.more)
			}
		})
	}
}

func TestAnOutputIsThereOnceItIsMadeOrIfAnEarlierRunMadeIt(t *testing.T) {
	const target = "/output/000000.json.out"
	s := standInOf(t, shard{objects: 1, size: 1})
	if got := ask(s, http.MethodHead, target, "").StatusCode; got != http.StatusNotFound {
		t.Errorf("before: got %d, want 404", got)
	}
	ask(s, http.MethodPut, target, "content")
	if got := ask(s, http.MethodHead, target, ""); got.StatusCode != http.StatusOK || got.ContentLength != 7 {
		t.Errorf("after: got %d and %d bytes, want 200 and 7", got.StatusCode, got.ContentLength)
	}
	if err := s.made(1); err != nil {
		t.Error(err)
	}
	done := standInOf(t, shard{objects: 1, size: 1, done: contract.Command{"cat"}})
	got := ask(done, http.MethodHead, target, "")
	if command := got.Header.Get("X-Amz-Meta-Command"); got.StatusCode != http.StatusOK || command != `["cat"]` {
		t.Errorf("made earlier: got %d and the command %q", got.StatusCode, command)
	}
}
