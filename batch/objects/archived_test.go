package objects_test

import (
	"slices"
	"testing"
)

// The SDK reads an answer that is not as S3 writes it; see [contents].
func TestAListSaysWhichObjectsHaveToBeRestored(t *testing.T) {
	client, store := serve(t)
	for key, class := range map[string]string{
		"a/deep":     "DEEP_ARCHIVE",
		"a/glacier":  "GLACIER",
		"a/instant":  "GLACIER_IR",
		"a/restored": "GLACIER",
		"a/standard": "",
		"a/tiered":   "INTELLIGENT_TIERING",
	} {
		put(t, store, key, "content")
		store.Archive(bucket, key, class)
	}
	store.Thaw(bucket, "a/restored")
	page, _, err := client.Page(t.Context(), below("a/"), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	var archived []string
	for _, object := range page {
		if object.Archived {
			archived = append(archived, object.Key)
		}
		head, _, err := client.Head(t.Context(), address(object.Key))
		if err != nil || head.Archived != object.Archived {
			t.Errorf("head %s: got archived %v and %v, want what the list says, %v", object.Key, head.Archived, err, object.Archived)
		}
	}
	if want := []string{"a/deep", "a/glacier"}; len(page) != 6 || !slices.Equal(archived, want) {
		t.Errorf("got archived %q of %d objects, want %q of 6", archived, len(page), want)
	}
}
