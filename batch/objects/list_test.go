package objects_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/test/account/s3"
)

func TestAListGoesOnBehindAPageWithoutKeys(t *testing.T) {
	client, store := serve(t, answerFirstList(func(w http.ResponseWriter) {
		io.WriteString(
			w,
			`<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>bm90aGluZw==</NextContinuationToken></ListBucketResult>`,
		)
	}))
	put(t, store, "there", "")
	if first, err := client.First(t.Context(), below("t")); err != nil || first != "there" {
		t.Errorf("got %q and %v", first, err)
	}
}

// What the client takes from an answer itself, it takes only if it is as S3 writes it.
func TestAListIsReadHoweverItsXMLIsWritten(t *testing.T) {
	for name, test := range map[string]struct{ encoding, key, want string }{
		"encoded":               {"<EncodingType>url</EncodingType>", "a&#43;b", "a b"},
		"encoded, as S3 writes": {"<EncodingType>url</EncodingType>", "a%2Bb", "a+b"},
		"not encoded":           {"", "a+b", "a+b"},
		"not encoded, a code":   {"", "a%2Bb", "a%2Bb"},
		"not encoded, escaped":  {"", "a&amp;+b", "a&+b"},
		"another encoding":      {"<EncodingType>none</EncodingType>", "a+b", "a+b"},
	} {
		client, _ := serve(t, answerFirstList(func(w http.ResponseWriter) {
			fmt.Fprintf(
				w,
				`<ListBucketResult>%s<IsTruncated>false</IsTruncated><Contents><Key>%s</Key><ETag>&#x22;e&#x22;</ETag><Size>5</Size></Contents></ListBucketResult>`,
				test.encoding, test.key,
			)
		}))
		n := 0
		for object, err := range client.List(t.Context(), below("a")) {
			if want := (contract.Object{Key: test.want, Size: 5, ETag: "e"}); err != nil || object != want {
				t.Errorf("%s: got %+v and %v, want %+v", name, object, err, want)
			}
			n++
		}
		if n != 1 {
			t.Errorf("%s: got %d objects, want 1", name, n)
		}
	}
}

func TestAListThatIsNoAnswerToWhatWasAskedIsRefused(t *testing.T) {
	const start, a, b = `<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>`, `<Contents><Key>in/a</Key><ETag>e</ETag><Size>5</Size></Contents>`, `<Contents><Key>in/b</Key><ETag>e</ETag><Size>5</Size></Contents>`
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
		client, _ := serve(t, answerFirstList(func(w http.ResponseWriter) { io.WriteString(w, answer+end) }))
		n := 0
		for _, err := range client.List(t.Context(), below("in/")) {
			if objects.KindOf(err) != objects.Retryable || n > 0 {
				t.Errorf("%s: got %v, want an error of S3", name, err)
			}
			n++
		}
		if n == 0 {
			t.Errorf("%s: got nothing, want an error of S3", name)
		}
	}
}

func TestAListThatBreaksOffIsAnErrorOfS3(t *testing.T) {
	client, _ := serve(t, answerFirstList(func(w http.ResponseWriter) {
		io.WriteString(w, `<ListBucketResult><Contents><Key>a</Key><ETag>e</ETag><Size>5</Size></Contents>`)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}))
	for object, err := range client.List(t.Context(), below("a")) {
		if objects.KindOf(err) != objects.Retryable {
			t.Errorf("got %+v and %v, want an error of S3", object, err)
		}
	}
}

func TestEveryOneOfManyKeysIsListed(t *testing.T) {
	var keys []string
	for i := range 5000 {
		keys = append(keys, fmt.Sprintf("in/%d/+ %%é\x01\n%d", i%7, i))
	}
	slices.Sort(keys)
	client, store := serve(t)
	for _, key := range keys {
		put(t, store, key, "")
	}
	var got []string
	for object, err := range client.List(t.Context(), below("in/")) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, object.Key)
	}
	if !slices.Equal(got, keys) {
		t.Errorf("got %d keys, want %d in their order", len(got), len(keys))
	}
}

func answerFirstList(with func(http.ResponseWriter)) s3.Middleware {
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

func TestObjectsAreListedInOrderWhateverTheirKeys(t *testing.T) {
	keys := []string{
		"in/", "in/\x01", "in/\n", "in/ ", "in/+", "in/%41", "in/..", "in//", "in/<&>", "in/a b", "in/é", "in/\u2028", "in/😀",
	}
	for i := range 1001 { // More than a page.
		keys = append(keys, fmt.Sprintf("in/many/%04d", i))
	}
	client, store := serve(t)
	for _, key := range append([]string{"a", "z"}, keys...) {
		put(t, store, key, key)
	}
	var got []string
	for object, err := range client.List(t.Context(), below("in/")) {
		if err != nil {
			t.Fatal(err)
		}
		if object.Size != int64(len(object.Key)) || object.ETag == "" || strings.Contains(object.ETag, `"`) {
			t.Errorf("got %+v, want its size and its ETag without quotes", object)
		}
		got = append(got, object.Key)
	}
	slices.Sort(keys)
	if !slices.Equal(got, keys) {
		t.Errorf("got %q, want %q", got, keys)
	}
}

func TestAnAnswerWithoutAListIsNoListWithoutKeys(t *testing.T) {
	client, store := serve(t, func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	})
	put(t, store, "key", "")
	if first, err := client.First(t.Context(), below("key")); err == nil {
		t.Errorf("got %q as the first key, want an error", first)
	}
	for object, err := range client.List(t.Context(), below("key")) {
		if objects.KindOf(err) == objects.Retryable {
			return
		}
		t.Errorf("got %+v and %v, want an error", object, err)
	}
	t.Error("got an empty list, want an error")
}
