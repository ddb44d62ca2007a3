package store_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/lambda/internal/store"
	"batchjobwithlambda/lambda/internal/storetest"
	fakes3 "batchjobwithlambda/test/account/s3"
)

func TestAListGoesOnBehindAPageWithoutKeys(t *testing.T) {
	s, objects := storetest.Serve(t, answerFirstList(func(w http.ResponseWriter) {
		io.WriteString(
			w,
			`<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>bm90aGluZw==</NextContinuationToken></ListBucketResult>`,
		)
	}))
	storetest.Put(t, objects, "there", "")
	if first, err := s.First(t.Context(), address("t")); err != nil || first != "there" {
		t.Errorf("got %q and %v", first, err)
	}
}

// What the programs take from an answer themselves, they take only if it is as S3 writes it.
func TestAListIsReadHoweverItsXMLIsWritten(t *testing.T) {
	s, _ := storetest.Serve(t, answerFirstList(func(w http.ResponseWriter) {
		io.WriteString(
			w,
			`<ListBucketResult><IsTruncated>false</IsTruncated><Contents><!-- > --><Key>a&#43;b</Key><ETag>&#x22;e&#x22;</ETag><Size>5</Size></Contents></ListBucketResult>`,
		)
	}))
	for object, err := range s.List(t.Context(), address("a")) {
		if want := (contract.Object{Key: "a b", Size: 5, ETag: "e"}); err != nil || object != want {
			t.Errorf("got %+v and %v, want %+v", object, err, want)
		}
		return
	}
	t.Error("got nothing")
}

func TestAListThatIsNoAnswerToWhatWasAskedIsRefused(t *testing.T) {
	const start, a, b = `<ListBucketResult><IsTruncated>false</IsTruncated>`, `<Contents><Key>in/a</Key><ETag>e</ETag><Size>5</Size></Contents>`, `<Contents><Key>in/b</Key><ETag>e</ETag><Size>5</Size></Contents>`
	for name, answer := range map[string]string{
		"out of order":          start + b + a,
		"twice":                 start + a + a,
		"another prefix":        start + strings.ReplaceAll(a, "in/", "on/"),
		"a key that is no code": start + strings.ReplaceAll(a, "in/", "in/%"),
		"truncated for ever":    `<ListBucketResult><IsTruncated>true</IsTruncated>`,
		"without an end":        start + a,
	} {
		end := "</ListBucketResult>"
		if name == "without an end" {
			end = ""
		}
		s, _ := storetest.Serve(t, answerFirstList(func(w http.ResponseWriter) { io.WriteString(w, answer+end) }))
		n := 0
		for _, err := range s.List(t.Context(), address("in/")) {
			if _, ok := errors.AsType[*store.Error](err); !ok || n > 0 {
				t.Errorf("%s: got %v, want trouble with S3", name, err)
			}
			n++
		}
		if n == 0 {
			t.Errorf("%s: got nothing, want trouble with S3", name)
		}
	}
}

func TestAListThatBreaksOffIsAnErrorOfS3(t *testing.T) {
	s, _ := storetest.Serve(t, answerFirstList(func(w http.ResponseWriter) {
		io.WriteString(w, `<ListBucketResult><Contents><Key>a</Key><ETag>e</ETag><Size>5</Size></Contents>`)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}))
	for object, err := range s.List(t.Context(), address("a")) {
		if _, ok := errors.AsType[*store.Error](err); !ok {
			t.Errorf("got %+v and %v, want trouble with S3", object, err)
		}
	}
}

func TestEveryOneOfManyKeysIsListed(t *testing.T) {
	var keys []string
	for i := range 5000 {
		keys = append(keys, fmt.Sprintf("in/%d/+ %%é\x01\n%d", i%7, i))
	}
	slices.Sort(keys)
	s, objects := storetest.Serve(t)
	for _, key := range keys {
		storetest.Put(t, objects, key, "")
	}
	var got []string
	for object, err := range s.List(t.Context(), address("in/")) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, object.Key)
	}
	if !slices.Equal(got, keys) {
		t.Errorf("got %d keys, want %d in their order", len(got), len(keys))
	}
}

func answerFirstList(with func(http.ResponseWriter)) fakes3.Middleware {
	var lists atomic.Int32
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Has("list-type") && lists.Add(1) == 1 {
				with(w)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
