package objects

import (
	"bytes"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"batchjobwithlambda/batch/contract"
)

// sink is an S3 that takes all parts and keeps nothing but their number and their bytes.
type sink struct {
	parts, bytes, aborted atomic.Int64
}

func (s *sink) Do(r *http.Request) (*http.Response, error) {
	answer := ""
	switch query := r.URL.Query(); {
	case r.Method == http.MethodDelete:
		s.aborted.Add(1)
	case query.Has("uploads"):
		answer = `<InitiateMultipartUploadResult><UploadId>upload</UploadId></InitiateMultipartUploadResult>`
	case r.Method == http.MethodPost:
		answer = `<CompleteMultipartUploadResult><ETag>"etag"</ETag></CompleteMultipartUploadResult>`
	default:
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil {
			return nil, err
		}
		// The checksum that comes after the content is not part of it.
		if content, err := strconv.ParseInt(r.Header.Get("X-Amz-Decoded-Content-Length"), 10, 64); err == nil {
			n = content
		}
		s.parts.Add(1)
		s.bytes.Add(n)
	}
	return &http.Response{
		StatusCode: http.StatusOK,
		Header:     http.Header{"Etag": {`"etag"`}},
		Body:       io.NopCloser(strings.NewReader(answer)),
		Request:    r,
	}, nil
}

func (s *sink) client(scratch string) *Client {
	return New(s3.New(s3.Options{
		Region:      "eu-north-1",
		HTTPClient:  s,
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		Retryer:     aws.NopRetryer{},
	}), Options{Scratch: scratch})
}

var somewhere = contract.Address{Bucket: "files", Key: "key"}

// zeros are so many bytes that can be read only once.
func zeros(length int64) io.Reader {
	return struct{ io.Reader }{io.LimitReader(zeroReader{}, length)}
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// most is how many parts an upload of the tests may have.
const most = 20

func (s *sink) upload(t *testing.T, content io.Reader, size func(int) int64) (int64, error) {
	t.Helper()
	client := s.client(t.TempDir())
	u := &upload{
		client:  client,
		address: somewhere,
		parts:   client.cut(content),
		size:    size,
		most:    most,
	}
	first, err := u.parts.next(t.Context(), size(1))
	if err != nil {
		t.Fatal(err)
	}
	err = u.inParts(t.Context(), first)
	return u.sent, err
}

func TestAnUploadGoesOnToTheLastPartAndNoFurther(t *testing.T) {
	one := func(int) int64 { return 1 }
	for length, want := range map[int64]Kind{most: None, most + 1: TooLarge} {
		var s sink
		sent, err := s.upload(t, bytes.NewReader(make([]byte, length)), one)
		if KindOf(err) != want || sent != most || s.parts.Load() != most {
			t.Errorf("%d parts: got %d sent and %v", length, s.parts.Load(), err)
		}
		if aborted := s.aborted.Load() > 0; aborted != (want == TooLarge) {
			t.Errorf("%d parts: aborted is %t", length, aborted)
		}
	}
}

func TestPartsGrowFromMemoryToDisk(t *testing.T) {
	var s sink
	growing := func(number int) int64 { return PartMemory/2 + int64(number)*PartMemory/4 }
	const length = 50 << 20
	sent, err := s.upload(t, zeros(length), growing)
	if err != nil || sent != length || s.bytes.Load() != length {
		t.Errorf("got %d bytes of %d and %v", s.bytes.Load(), sent, err)
	}
	if got := s.parts.Load(); got != 5 {
		t.Errorf("got %d parts, want 5", got)
	}
}

// What an upload allocates in all is more than what it has at any time.
func TestAnUploadTakesAFewPartsOfMemoryHoweverLongItIs(t *testing.T) {
	var s sink
	client := s.client(t.TempDir())
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := client.Upload(t.Context(), somewhere, zeros(100<<20), Attributes{}); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	const filledAndSent = defaultParallel + 1
	// The first buffer grows, and so takes up to three times its size in all.
	if got := after.TotalAlloc - before.TotalAlloc; got > (filledAndSent+2)*PartMemory+4<<20 {
		t.Errorf("it took %d MiB", got>>20)
	}
}
