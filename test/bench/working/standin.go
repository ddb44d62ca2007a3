package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/bench/pace"
	"batchjobwithlambda/test/bench/program"
)

const (
	bucket = "files"
	input  = "input/"
	output = "output/"
	suffix = ".out"
)

// shard is the objects of the one shard that the worker works on.
type shard struct {
	objects int
	size    int64
	// done is the command that an earlier run has made all the outputs with; if empty, there
	// are no outputs.
	done contract.Command
}

// standIn is an S3 in this process that costs next to nothing: its objects all have the same
// made-up content, and of the outputs it keeps the number and the sizes.
type standIn struct {
	shard
	run contract.Run
	// inputs and outputs are the keys of all that there are at first, in their order.
	inputs, outputs []string

	server *http.Server
	// environment leads an S3 client to the stand-in.
	environment []string
	checksum    string

	mu    sync.Mutex
	files map[string][]byte // Of the run: what the planning function left, and what the worker writes.
	sizes map[string]int64  // Of the outputs that the latest run has made, and of those it is making.

	// Of the latest run: when its program was started, how long that took to ask for the
	// first object, how many outputs it made, and of how many bytes.
	started                time.Time
	first, stored, written atomic.Int64
}

// serve serves the objects, and a plan of one shard, as fast as the service is, until it is
// closed.
func serve(objects shard, service pace.Service) (*standIn, error) {
	run, err := contract.NewRun(contract.Location{Bucket: bucket, Prefix: "runs/"}, "bench")
	if err != nil {
		return nil, err
	}
	s := &standIn{shard: objects, run: run, checksum: checksum(objects.size), files: map[string][]byte{}}
	var manifest []byte
	for i := range s.objects {
		key := fmt.Sprintf("%06d.json", i)
		s.inputs = append(s.inputs, input+key)
		if s.done != nil {
			s.outputs = append(s.outputs, output+key+suffix)
		}
		manifest = contract.AppendObject(manifest, contract.Object{Key: input + key, Size: s.size, ETag: etag})
	}
	s.files[run.Manifest().Key] = manifest
	s.files[contract.IndexAddress(run.Manifest()).Key] = contract.AppendIndexEntry(nil,
		contract.IndexEntry{Length: int64(len(manifest)), Objects: int64(s.objects), Bytes: int64(s.objects) * s.size})
	s.server, s.environment, err = program.Serve(s, service)
	return s, err
}

func (s *standIn) close() { _ = s.server.Close() }

// begin forgets the run before.
func (s *standIn) begin() {
	s.stored.Store(0)
	s.written.Store(0)
	s.first.Store(0)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sizes = map[string]int64{}
	s.started = time.Now()
}

// etag is every object's. It is not the MD5 of anything, and does not look like one.
const etag = "d41d8cd98f00b204e9800998ecf8427e-1"

// checksum is what S3 says of an object of this size: the SDK holds the content against it.
func checksum(size int64) string {
	sum := crc32.NewIEEE()
	_, _ = io.Copy(sum, contentOf(size))
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
		s.put(w, r, key, !query.Has("partNumber"))
	case query.Has("uploads"):
		fmt.Fprint(w, `<InitiateMultipartUploadResult><UploadId>upload</UploadId></InitiateMultipartUploadResult>`)
	case r.Method == http.MethodPost:
		s.stored.Add(1)
		fmt.Fprint(w, `<CompleteMultipartUploadResult><ETag>"`+etag+`"</ETag></CompleteMultipartUploadResult>`)
	default:
		http.Error(w, "the stand-in does not know this request", http.StatusNotImplemented)
	}
}

func (s *standIn) get(w http.ResponseWriter, r *http.Request, key string) {
	var content io.ReadSeeker
	file, size := s.kept(key)
	switch {
	case file != nil:
		content = bytes.NewReader(file)
	case size > 0:
		content = contentOf(size)
	case strings.HasPrefix(key, input):
		s.first.CompareAndSwap(0, int64(time.Since(s.started)))
		content = contentOf(s.size)
		if r.Header.Get("X-Amz-Checksum-Mode") == "ENABLED" && r.Header.Get("Range") == "" {
			w.Header().Set("X-Amz-Checksum-Crc32", s.checksum)
			w.Header().Set("X-Amz-Checksum-Type", "FULL_OBJECT")
		}
	case strings.HasPrefix(key, output) && s.done != nil:
		content = contentOf(s.size)
		w.Header().Set("X-Amz-Meta-"+contract.MetadataSourceETag, etag)
		w.Header().Set("X-Amz-Meta-"+contract.MetadataCommand, s.done.String())
		w.Header().Set("X-Amz-Meta-"+contract.MetadataRun, "earlier")
	default:
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `<Error><Code>NoSuchKey</Code></Error>`)
		return
	}
	w.Header().Set("ETag", `"`+etag+`"`)
	w.Header().Set("Content-Type", "binary/octet-stream")
	http.ServeContent(w, r, "", time.Unix(1e9, 0), content)
}

// kept is the content of a file of the run, or the size of an output that the run has made.
func (s *standIn) kept(key string) (file []byte, size int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.files[key], s.sizes[key]
}

// put counts an output, or a part of one, and keeps what is not one.
func (s *standIn) put(w http.ResponseWriter, r *http.Request, key string, whole bool) {
	if strings.HasPrefix(key, output) {
		size := discard(r.Body)
		s.mu.Lock()
		s.sizes[key] += size
		s.mu.Unlock()
		s.written.Add(size)
		if whole {
			s.stored.Add(1)
		}
	} else {
		content, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.files[key] = content
		s.mu.Unlock()
	}
	w.Header().Set("ETag", `"`+etag+`"`)
}

var buffers = sync.Pool{New: func() any {
	buffer := make([]byte, 256<<10)
	return &buffer
}}

// discard reads all there is, and returns how much that was. [io.Discard] would read in
// smaller pieces, which takes more CPU.
func discard(body io.Reader) (bytes int64) {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	for {
		n, err := body.Read(*buffer)
		bytes += int64(n)
		if err != nil {
			return bytes
		}
	}
}
