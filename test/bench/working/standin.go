package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/bench/program"
)

const (
	bucket = "files"
	input  = "input/"
	output = "output/"
)

// standIn is an S3 in this process that costs next to nothing: its objects all have the same
// made-up content, and of what is written it keeps the number and the bytes.
type standIn struct {
	run     contract.Run
	objects int
	size    int64

	server *http.Server
	// environment leads an S3 client to the stand-in.
	environment []string
	checksum    string
	files       map[string][]byte // What the planning function left.

	// Of the latest run: when its program was started, how long that took to ask for the
	// first object, how many outputs it made, and of how many bytes.
	started                time.Time
	first, stored, written atomic.Int64
}

// serve serves so many objects of this size, until it is closed, and a plan of one shard.
func serve(objects int, size int64) (*standIn, error) {
	run, err := contract.NewRun(contract.Location{Bucket: bucket, Prefix: "runs/"}, "bench")
	if err != nil {
		return nil, err
	}
	s := &standIn{run: run, objects: objects, size: size, checksum: checksum(size), files: map[string][]byte{}}
	var manifest []byte
	for i := range objects {
		manifest = contract.AppendObject(manifest, contract.Object{Key: key(i), Size: size, ETag: etag})
	}
	s.files[run.Manifest().Key] = manifest
	s.files[contract.IndexAddress(run.Manifest()).Key] = contract.AppendIndexEntry(nil,
		contract.IndexEntry{Length: int64(len(manifest)), Objects: int64(objects), Bytes: int64(objects) * size})
	s.server, s.environment, err = program.Serve(s)
	return s, err
}

func (s *standIn) close() { s.server.Close() }

func key(i int) string { return fmt.Sprintf("%s%06d.json", input, i) }

const etag = "d41d8cd98f00b204e9800998ecf8427e"

// checksum is what S3 says of an object of this size: the SDK holds the content against it.
func checksum(size int64) string {
	sum := crc32.NewIEEE()
	io.Copy(sum, contentOf(size))
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, sum.Sum32()))
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	key := strings.TrimPrefix(r.URL.Path, "/"+bucket+"/")
	switch {
	case query.Has("list-type"):
		s.list(w, query)
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		s.get(w, r, key)
	case r.Method == http.MethodPut:
		n, _ := io.Copy(io.Discard, r.Body)
		if strings.HasPrefix(key, output) {
			s.written.Add(n)
			if !query.Has("partNumber") {
				s.stored.Add(1)
			}
		}
		w.Header().Set("ETag", `"`+etag+`"`)
	case query.Has("uploads"):
		io.WriteString(w, `<InitiateMultipartUploadResult><UploadId>upload</UploadId></InitiateMultipartUploadResult>`)
	case r.Method == http.MethodPost:
		s.stored.Add(1)
		io.WriteString(w, `<CompleteMultipartUploadResult><ETag>"`+etag+`"</ETag></CompleteMultipartUploadResult>`)
	default:
		http.Error(w, "the stand-in does not know this request", http.StatusNotImplemented)
	}
}

func (s *standIn) get(w http.ResponseWriter, r *http.Request, key string) {
	content := io.ReadSeeker(strings.NewReader(string(s.files[key])))
	if strings.HasPrefix(key, input) {
		s.first.CompareAndSwap(0, int64(time.Since(s.started)))
		content = contentOf(s.size)
		if r.Header.Get("X-Amz-Checksum-Mode") == "ENABLED" && r.Header.Get("Range") == "" {
			w.Header().Set("X-Amz-Checksum-Crc32", s.checksum)
			w.Header().Set("X-Amz-Checksum-Type", "FULL_OBJECT")
		}
	}
	w.Header().Set("ETag", `"`+etag+`"`)
	w.Header().Set("Content-Type", "binary/octet-stream")
	http.ServeContent(w, r, "", time.Unix(1e9, 0), content)
}

// list lists the inputs; of outputs there are none before a run.
func (s *standIn) list(w http.ResponseWriter, query url.Values) {
	keys := 0
	if query.Get("prefix") == input {
		keys = s.objects
	}
	from, _ := strconv.Atoi(query.Get("continuation-token"))
	to := min(from+1000, keys)
	fmt.Fprintf(
		w,
		`<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>%s</Name><EncodingType>url</EncodingType><IsTruncated>%t</IsTruncated>`,
		bucket,
		to < keys,
	)
	if to < keys {
		fmt.Fprintf(w, "<NextContinuationToken>%d</NextContinuationToken>", to)
	}
	for i := from; i < to; i++ {
		fmt.Fprintf(
			w,
			`<Contents><Key>%s</Key><LastModified>2026-11-22T18:30:00.000Z</LastModified><ETag>&quot;%s&quot;</ETag><Size>%d</Size><StorageClass>STANDARD</StorageClass></Contents>`,
			key(i),
			etag,
			s.size,
		)
	}
	io.WriteString(w, `</ListBucketResult>`)
}
