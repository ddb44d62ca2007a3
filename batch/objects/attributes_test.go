package objects_test

import (
	"reflect"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/test/account/s3"
)

func TestAnObjectIsStoredAsItsAttributesSayInOnePieceOrInParts(t *testing.T) {
	want := s3.Attributes{
		StorageClass:    "STANDARD_IA",
		Tags:            map[string]string{"cost center": "a=b & c", "team": "+blue"},
		ContentType:     "text/html",
		CacheControl:    "max-age=60",
		ContentLanguage: "de",
	}
	for _, length := range []int{1, aPart + 1} {
		client, store := serve(t)
		if _, err := client.Upload(t.Context(), address("page.html"), stream(length), objects.Attributes{
			Metadata:        map[string]string{"origin": "scan"},
			StorageClass:    want.StorageClass,
			Tags:            contract.EncodeTags(want.Tags),
			CacheControl:    want.CacheControl,
			ContentLanguage: want.ContentLanguage,
		}); err != nil {
			t.Fatal(err)
		}
		got, _ := store.Get(bucket, "page.html")
		if !reflect.DeepEqual(got.Attributes, want) || got.Metadata["origin"] != "scan" {
			t.Errorf("%d bytes: got %+v with the metadata %v", length, got.Attributes, got.Metadata)
		}
	}
}

func TestMetadataThatS3RefusesIsTheObjectsOwnFault(t *testing.T) {
	client, _ := serve(t)
	_, err := client.Upload(t.Context(), address("key"), stream(1), objects.Attributes{
		Metadata: map[string]string{"long": strings.Repeat("x", contract.MaxMetadataBytes)},
	})
	wantKind(t, err, objects.Refused)
}
