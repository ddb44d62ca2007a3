package s3

import (
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
)

const metadataHeader = "X-Amz-Meta-"

// maxMetadataBytes is how much metadata of its own an object may have ("Working with
// object metadata", Amazon S3 User Guide).
const maxMetadataBytes = 2 << 10

func (s *Server) get(w http.ResponseWriter, r *http.Request, bucket, key string) error {
	if err := knowsOnly(r); err != nil {
		return err
	}
	object, file, err := s.open(bucket, key)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := checkRange(r.Header.Get("Range"), object.Size); err != nil {
		return err
	}
	if err := checkArchived(w, r, object); err != nil {
		return err
	}
	for name, value := range object.Metadata {
		w.Header().Set(metadataHeader+name, value)
	}
	w.Header().Set("ETag", quote(object.ETag)) // What ServeContent holds the conditions against.
	w.Header().Set("Content-Type", "binary/octet-stream")
	object.Attributes.write(w.Header())
	// A range has no checksum of its own ("Checking object integrity", Amazon S3 User Guide).
	if r.Header.Get("X-Amz-Checksum-Mode") == "ENABLED" && r.Header.Get("Range") == "" && object.crc32 != "" {
		w.Header().Set("X-Amz-Checksum-Crc32", object.crc32)
		w.Header().Set("X-Amz-Checksum-Type", "FULL_OBJECT")
	}
	http.ServeContent(w, r, "", object.Modified, file)
	return nil
}

// open opens an object. A put may remove the file between finding it and opening
// it; then there is a newer object.
func (s *Server) open(bucket, key string) (Object, *os.File, error) {
	for {
		object, ok := s.store.Get(bucket, key)
		if !ok {
			return Object{}, nil, errNoSuchKey(key)
		}
		file, err := object.Open()
		if err == nil || !os.IsNotExist(err) {
			return object, file, err
		}
	}
}

// checkArchived says of an archived object that it is one, and refuses its content unless it was
// restored ("GetObject", Amazon S3 API Reference).
func checkArchived(w http.ResponseWriter, r *http.Request, object Object) error {
	if object.StorageClass == "" {
		return nil
	}
	w.Header().Set("X-Amz-Storage-Class", object.StorageClass)
	if !object.archived {
		return nil
	}
	if object.Restored {
		w.Header().Set("X-Amz-Restore", `ongoing-request="false", expiry-date="Fri, 21 Dec 2029 00:00:00 GMT"`)
		return nil
	}
	if r.Method == http.MethodHead {
		return nil
	}
	return &Error{
		Status:       http.StatusForbidden,
		Code:         "InvalidObjectState",
		Message:      "The operation is not valid for the object's storage class",
		StorageClass: object.StorageClass,
	}
}

// checkRange leaves to http.ServeContent what S3 answers like every server, which is
// all but the error.
func checkRange(header string, size int64) error {
	var first int64
	if n, _ := fmt.Sscanf(header, "bytes=%d-", &first); n == 1 && first >= size {
		return &Error{
			Status:  http.StatusRequestedRangeNotSatisfiable,
			Code:    "InvalidRange",
			Message: "The requested range is not satisfiable",
		}
	}
	return nil
}

func (s *Server) put(w http.ResponseWriter, r *http.Request, bucket, key string) error {
	if err := knowsOnly(r); err != nil {
		return err
	}
	metadata, err := userMetadata(r.Header)
	if err != nil {
		return err
	}
	attributes, err := readAttributes(r.Header)
	if err != nil {
		return err
	}
	object, err := s.receive(r)
	if err != nil {
		return err
	}
	object.Metadata = metadata
	object.as(attributes)
	if err := s.store.placeIf(bucket, key, object, condition(r)); err != nil {
		return err
	}
	w.Header().Set("ETag", quote(object.ETag))
	return nil
}

// receive takes a request's body whole: all of its bytes, and those that were meant.
func (s *Server) receive(r *http.Request) (Object, error) {
	if r.ContentLength < 0 {
		return Object{}, &Error{
			Status:  http.StatusLengthRequired,
			Code:    "MissingContentLength",
			Message: "You must provide the Content-Length HTTP header.",
		}
	}
	match, none := r.Header.Get("If-Match"), r.Header.Get("If-None-Match")
	ofAPart := (match != "" || none != "") && r.URL.Query().Has("uploadId")
	if r.Header.Get("X-Amz-Copy-Source") != "" || none != "" && none != "*" || ofAPart {
		return Object{}, notImplemented(r)
	}
	if strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		return Object{}, notImplemented(r)
	}
	sums := map[string]hash.Hash{"Content-Md5": md5.New(), "X-Amz-Checksum-Crc32": crc32.NewIEEE()}
	body := io.Reader(r.Body)
	for _, sum := range sums {
		body = io.TeeReader(body, sum)
	}
	object, err := s.store.write(body)
	if err != nil {
		return Object{}, err
	}
	for name, sum := range sums {
		want, got := r.Header.Get(name), base64.StdEncoding.EncodeToString(sum.Sum(nil))
		if want != "" && want != got {
			os.Remove(object.path)
			return Object{}, &Error{
				Status:  http.StatusBadRequest,
				Code:    "BadDigest",
				Message: fmt.Sprintf("%s is %s, but that of the content is %s", name, want, got),
			}
		}
	}
	return object, nil
}

// condition is what has to be so when an object is put, of what is there ("Conditional writes",
// Amazon S3 User Guide).
func condition(r *http.Request) func(there Object, ok bool) error {
	return func(there Object, ok bool) error {
		match := r.Header.Get("If-Match")
		switch {
		case match != "" && !ok:
			return errNoSuchKey(r.URL.Path)
		case match != "" && match != quote(there.ETag), r.Header.Get("If-None-Match") == "*" && ok:
			return &Error{
				Status:  http.StatusPreconditionFailed,
				Code:    "PreconditionFailed",
				Message: "At least one of the pre-conditions you specified did not hold",
			}
		}
		return nil
	}
}

func userMetadata(header http.Header) (map[string]string, error) {
	metadata := map[string]string{}
	size := 0
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if own, ok := strings.CutPrefix(name, metadataHeader); ok {
			metadata[strings.ToLower(own)] = header.Get(name)
			size += len(own) + len(header.Get(name))
		}
	}
	if size > maxMetadataBytes {
		return nil, &Error{
			Status:  http.StatusBadRequest,
			Code:    "MetadataTooLarge",
			Message: fmt.Sprintf("the metadata has %d bytes: allowed are %d", size, maxMetadataBytes),
		}
	}
	return metadata, nil
}

func quote(etag string) string { return `"` + etag + `"` }
