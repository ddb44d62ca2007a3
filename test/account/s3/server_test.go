package s3_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	fakes3 "batchjobwithlambda/test/account/s3"
)

const bucket = "bucket"

// strangeKeys are keys that something on the way might take for something else.
var strangeKeys = []string{
	"/", "//", "/leading", "a//b", "a/../b", "..", "../../etc/passwd", ".", "a/./b", "trailing/",
	" ", "a b", "a+b", "a%41b", "%2F", "a&b=c", "a?b", "a#b", "<a>", "'\"", "$.x", "-rf", "a\\b", "{in}",
	"new\nline", "tab\t", "return\r", "\x01\x1f\x7f", "ünï", "日本", "🙂", "e\u0301", strings.Repeat("k", fakes3.MaxKeyBytes),
}

func serve(t *testing.T) (*s3.Client, *fakes3.Store) {
	t.Helper()
	store := fakes3.NewStore(t.TempDir(), bucket)
	server, err := fakes3.Serve(store)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return s3.New(s3.Options{
		BaseEndpoint: &server.URL, UsePathStyle: true, Region: "eu-north-1",
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		Retryer:     aws.NopRetryer{},
	}), store
}

func put(t *testing.T, client *s3.Client, key, content string) string {
	t.Helper()
	answer, err := client.PutObject(
		t.Context(),
		&s3.PutObjectInput{Bucket: aws.String(bucket), Key: &key, Body: strings.NewReader(content)},
	)
	if err != nil {
		t.Fatalf("put %q: %v", key, err)
	}
	return *answer.ETag
}

func read(t *testing.T, answer *s3.GetObjectOutput) string {
	t.Helper()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	answer, ok := errors.AsType[smithy.APIError](err)
	if !ok || answer.ErrorCode() != code {
		t.Errorf("got error %v, want %s", err, code)
	}
}

func TestAnyKeyIsReadBackAndListedAsItWasPut(t *testing.T) {
	client, _ := serve(t)
	for _, key := range strangeKeys {
		put(t, client, key, "content of "+key)
	}
	for _, key := range strangeKeys {
		answer, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: &key})
		if err != nil {
			t.Errorf("get %q: %v", key, err)
		} else if got := read(t, answer); got != "content of "+key {
			t.Errorf("got %q for key %q", got, key)
		}
	}
	want := slices.Sorted(slices.Values(strangeKeys))
	if got, _ := list(t, client, s3.ListObjectsV2Input{MaxKeys: aws.Int32(7)}); !slices.Equal(got, want) {
		t.Errorf("listed\n%q, want\n%q", got, want)
	}
}

func list(t *testing.T, client *s3.Client, input s3.ListObjectsV2Input) (keys, folders []string) {
	t.Helper()
	input.Bucket, input.EncodingType = aws.String(bucket), types.EncodingTypeUrl
	pages := s3.NewListObjectsV2Paginator(client, &input)
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, object := range page.Contents {
			keys = append(keys, unescape(t, *object.Key))
		}
		for _, prefix := range page.CommonPrefixes {
			folders = append(folders, unescape(t, *prefix.Prefix))
		}
	}
	return keys, folders
}

func unescape(t *testing.T, text string) string {
	t.Helper()
	key, err := url.QueryUnescape(text)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestAKeyOf1025BytesIsRefused(t *testing.T) {
	client, _ := serve(t)
	_, err := client.PutObject(
		t.Context(),
		&s3.PutObjectInput{Bucket: aws.String(bucket), Key: aws.String(strings.Repeat("k", fakes3.MaxKeyBytes+1))},
	)
	wantCode(t, err, "KeyTooLongError")
}

func TestAListingHasPrefixesDelimitersAndPages(t *testing.T) {
	client, _ := serve(t)
	for _, key := range []string{"a", "a/1", "a/2", "a/b/1", "a0", "b/1", "b/2"} {
		put(t, client, key, "")
	}
	for _, test := range []struct {
		name          string
		input         s3.ListObjectsV2Input
		keys, folders []string
	}{
		{"everything", s3.ListObjectsV2Input{}, []string{"a", "a/1", "a/2", "a/b/1", "a0", "b/1", "b/2"}, nil},
		{"a prefix", s3.ListObjectsV2Input{Prefix: aws.String("a/")}, []string{"a/1", "a/2", "a/b/1"}, nil},
		{"after a key", s3.ListObjectsV2Input{StartAfter: aws.String("a/2")}, []string{"a/b/1", "a0", "b/1", "b/2"}, nil},
		{"folders", s3.ListObjectsV2Input{Delimiter: aws.String("/")}, []string{"a", "a0"}, []string{"a/", "b/"}},
		{"folders in a prefix", s3.ListObjectsV2Input{Prefix: aws.String("a/"), Delimiter: aws.String("/")}, []string{"a/1", "a/2"}, []string{"a/b/"}},
		{"nothing", s3.ListObjectsV2Input{Prefix: aws.String("c")}, nil, nil},
	} {
		for pageSize := range int32(4) {
			t.Run(fmt.Sprintf("%s, pages of %d", test.name, pageSize+1), func(t *testing.T) {
				test.input.MaxKeys = aws.Int32(pageSize + 1)
				keys, folders := list(t, client, test.input)
				if !slices.Equal(keys, test.keys) || !slices.Equal(folders, test.folders) {
					t.Errorf("got keys %q and folders %q, want %q and %q", keys, folders, test.keys, test.folders)
				}
			})
		}
	}
}

func TestAPutReplacesTheWholeObject(t *testing.T) {
	client, _ := serve(t)
	_, err := client.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String(
			bucket,
		),
		Key:      aws.String("key"),
		Body:     strings.NewReader("before"),
		Metadata: map[string]string{"source-etag": "1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	put(t, client, "key", "after")
	head, err := client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(bucket), Key: aws.String("key")})
	if err != nil {
		t.Fatal(err)
	}
	if len(head.Metadata) != 0 || *head.ContentLength != 5 {
		t.Errorf("got metadata %v and %d bytes, want what the second put brought", head.Metadata, *head.ContentLength)
	}
}

func TestContentThatDoesNotMatchItsChecksumIsRefused(t *testing.T) {
	client, store := serve(t)
	_, err := client.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String(
			bucket,
		),
		Key:           aws.String("key"),
		Body:          strings.NewReader("content"),
		ChecksumCRC32: aws.String("AAAAAA=="),
	})
	wantCode(t, err, "BadDigest")
	if keys := store.Keys(bucket, ""); len(keys) != 0 {
		t.Errorf("the store has %q, want nothing", keys)
	}
}

func TestAnObjectIsReadWithItsChecksum(t *testing.T) {
	client, _ := serve(t)
	put(t, client, "key", "content")
	for bytes, want := range map[string]string{"": "/sUwqQ==", "bytes=0-6": ""} { // A range has none.
		answer, err := client.GetObject(t.Context(), &s3.GetObjectInput{
			Bucket: aws.String(bucket), Key: aws.String("key"), Range: &bytes, ChecksumMode: types.ChecksumModeEnabled,
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := aws.ToString(answer.ChecksumCRC32); got != want || read(t, answer) != "content" {
			t.Errorf("range %q: got checksum %q, want %q", bytes, got, want)
		}
	}
}

func TestADeletedObjectIsGone(t *testing.T) {
	client, store := serve(t)
	for _, key := range []string{"a", "b", "c"} {
		put(t, client, key, key)
	}
	store.Delete(bucket, "b")
	store.Delete(bucket, "never there")
	_, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String("b")})
	wantCode(t, err, "NoSuchKey")
	if keys := store.Keys(bucket, ""); !slices.Equal(keys, []string{"a", "c"}) {
		t.Errorf("got %q, want the other two", keys)
	}
}

func TestARangeIsCutOutOfTheObject(t *testing.T) {
	client, _ := serve(t)
	put(t, client, "key", "0123456789")
	for header, want := range map[string]string{"bytes=0-0": "0", "bytes=3-5": "345", "bytes=7-": "789", "bytes=8-99": "89", "bytes=-2": "89"} {
		answer, err := client.GetObject(
			t.Context(),
			&s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String("key"), Range: &header},
		)
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, answer); got != want || *answer.ContentLength != int64(len(want)) {
			t.Errorf("got %q for %s, want %q", got, header, want)
		}
	}
	_, err := client.GetObject(
		t.Context(),
		&s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String("key"), Range: aws.String("bytes=10-")},
	)
	wantCode(t, err, "InvalidRange")
}

func TestIfMatchHoldsOnlyForTheSameContent(t *testing.T) {
	client, _ := serve(t)
	etag := put(t, client, "key", "before")
	input := &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String("key"), IfMatch: &etag}
	if _, err := client.GetObject(t.Context(), input); err != nil {
		t.Errorf("the same content: %v", err)
	}
	put(t, client, "key", "after")
	_, err := client.GetObject(t.Context(), input)
	wantCode(t, err, "PreconditionFailed")
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	client, _ := serve(t)
	_, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String("key")})
	wantCode(t, err, "NoSuchKey")
	_, err = client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(bucket), Key: aws.String("key")})
	wantCode(t, err, "NotFound")
	_, err = client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("another")})
	wantCode(t, err, "NoSuchBucket")
}

func TestWhatTheServerCannotDoItRefuses(t *testing.T) {
	client, _ := serve(t)
	put(t, client, "key", "")
	_, err := client.CopyObject(
		t.Context(),
		&s3.CopyObjectInput{Bucket: aws.String(bucket), Key: aws.String("copy"), CopySource: aws.String("bucket/key")},
	)
	wantCode(t, err, "NotImplemented")
	_, err = client.GetObjectTagging(
		t.Context(),
		&s3.GetObjectTaggingInput{Bucket: aws.String(bucket), Key: aws.String("key")},
	)
	wantCode(t, err, "NotImplemented")
}

func TestAnUploadInPartsAppearsWholeOrNotAtAll(t *testing.T) {
	client, store := serve(t)
	const key = "new\nline"
	created, err := client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{
		Bucket: aws.String(bucket), Key: aws.String(key), Metadata: map[string]string{"run": "r"},
	})
	if err != nil {
		t.Fatal(err)
	}
	contents := [][]byte{bytes.Repeat([]byte("a"), 5<<20), []byte("end")}
	var parts []types.CompletedPart
	for i, content := range contents {
		number := int32(i + 1)
		part, err := client.UploadPart(t.Context(), &s3.UploadPartInput{
			Bucket: aws.String(
				bucket,
			),
			Key:        aws.String(key),
			UploadId:   created.UploadId,
			PartNumber: &number,
			Body:       bytes.NewReader(content),
		})
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, types.CompletedPart{PartNumber: &number, ETag: part.ETag})
	}
	complete := func(parts ...types.CompletedPart) error {
		_, err := client.CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{
			Bucket: aws.String(
				bucket,
			),
			Key:             aws.String(key),
			UploadId:        created.UploadId,
			MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
		})
		return err
	}
	wantCode(t, complete(parts[1], parts[0]), "EntityTooSmall")
	wantCode(t, complete(types.CompletedPart{PartNumber: aws.Int32(3), ETag: parts[0].ETag}), "InvalidPart")
	if keys := store.Keys(bucket, ""); len(keys) != 0 || store.Uploads(bucket) != 1 {
		t.Fatalf("before it was complete, there are objects %q and %d uploads", keys, store.Uploads(bucket))
	}
	if err := complete(parts...); err != nil {
		t.Fatal(err)
	}
	got, err := store.Read(bucket, key)
	if err != nil {
		t.Fatal(err)
	}
	object, _ := store.Get(bucket, key)
	if !bytes.Equal(got, slices.Concat(contents...)) || !strings.HasSuffix(object.ETag, "-2") ||
		object.Metadata["run"] != "r" {
		t.Errorf("got %d bytes, ETag %s, metadata %v", len(got), object.ETag, object.Metadata)
	}
	if n := store.Uploads(bucket); n != 0 {
		t.Errorf("%d uploads are left, want none", n)
	}
}

func TestAnAbortedUploadLeavesNothing(t *testing.T) {
	client, store := serve(t)
	created, err := client.CreateMultipartUpload(
		t.Context(),
		&s3.CreateMultipartUploadInput{Bucket: aws.String(bucket), Key: aws.String("key")},
	)
	if err != nil {
		t.Fatal(err)
	}
	abort := &s3.AbortMultipartUploadInput{Bucket: aws.String(bucket), Key: aws.String("key"), UploadId: created.UploadId}
	if _, err := client.AbortMultipartUpload(t.Context(), abort); err != nil {
		t.Fatal(err)
	}
	_, err = client.AbortMultipartUpload(t.Context(), abort)
	wantCode(t, err, "NoSuchUpload")
	if n := store.Uploads(bucket); n != 0 {
		t.Errorf("%d uploads are left, want none", n)
	}
}
