package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"batchjobwithlambda/batch/contract"
)

const (
	listing = 60 * time.Millisecond // How long S3 takes for a list,
	reading = 30 * time.Millisecond // and until the first byte of an object.

	etag = "d41d8cd98f00b204e9800998ecf8427e"
	size = 123_456
)

// standIn answers as S3 does, as far as the functions ask, and keeps nothing but small
// objects.
type standIn struct {
	keys    shape
	objects int
	// shards is how many shards' results there are; each has as many objects.
	shards int
	// made says that all objects but one in a thousand are done, and that a list of them is there.
	made bool
	// report has the files of an inventory, by their keys.
	report map[string][]byte

	lists, probes, reads, written atomic.Int64

	mu    sync.Mutex
	small map[string][]byte
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	key := strings.TrimPrefix(r.URL.Path, "/files/")
	switch {
	case query.Has("list-type"):
		s.list(w, query)
	case r.Method == http.MethodHead && s.shards > 0: // The manifest of a run to collect.
		w.Header().Set("Content-Length", strconv.Itoa(s.objects*len(s.manifestLine(0))))
	case s.made && key == madeList:
		s.getMade(w, r)
	case r.Method == http.MethodGet:
		s.get(w, r, key)
	case r.Method == http.MethodPut:
		s.put(w, r, key, query.Has("partNumber"))
	case query.Has("uploads"):
		io.WriteString(w, `<InitiateMultipartUploadResult><UploadId>upload</UploadId></InitiateMultipartUploadResult>`)
	case r.Method == http.MethodPost:
		io.WriteString(w, `<CompleteMultipartUploadResult><ETag>"etag"</ETag></CompleteMultipartUploadResult>`)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (s *standIn) list(w http.ResponseWriter, query url.Values) {
	s.lists.Add(1)
	time.Sleep(listing)
	most, _ := strconv.Atoi(query.Get("max-keys"))
	if most == 1 {
		s.probes.Add(1)
	}
	keys, n := s.keys, s.objects
	switch prefix := query.Get("prefix"); {
	case strings.HasSuffix(prefix, "/results/"):
		keys, n = func(i, n int) string { return fmt.Sprintf("%s%d.jsonl", prefix, numberInOrder(i, n)) }, s.shards
	case s.made && prefix == outputPrefix:
		keys = outputsOf(keys)
	case prefix != inputPrefix:
		n = 0
	}
	from := keys.firstAfter(query.Get("start-after"), n)
	to := min(from+most, n)
	var page bytes.Buffer
	fmt.Fprintf(
		&page,
		`<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>files</Name><EncodingType>url</EncodingType><IsTruncated>%t</IsTruncated>`,
		to < n,
	)
	for i := from; i < to; i++ {
		page.WriteString(`<Contents><Key>`)
		page.WriteString(keys(i, n))
		page.WriteString(
			`</Key><LastModified>2026-11-22T18:30:00.000Z</LastModified><ETag>&quot;` + etag + `&quot;</ETag><Size>`,
		)
		page.WriteString(strconv.Itoa(size))
		page.WriteString(`</Size><StorageClass>STANDARD</StorageClass></Contents>`)
	}
	page.WriteString(`</ListBucketResult>`)
	w.Write(page.Bytes())
}

// numberInOrder is the i-th of the numbers below n when they are sorted as texts.
func numberInOrder(i, n int) int {
	number := 0
	for first := 1; i > 0; {
		if first == 1 && number == 0 {
			number, i = 1, i-1
			continue
		}
		// As many numbers below n begin like number, with itself.
		below := 0
		for low, high := number, number+1; low < n; low, high = 10*low, 10*high {
			below += min(high, n) - low
		}
		if i >= below {
			number, i = number+1, i-below
		} else {
			number, i = 10*number, i-1
		}
	}
	return number
}

func (s *standIn) get(w http.ResponseWriter, r *http.Request, key string) {
	s.reads.Add(1)
	time.Sleep(reading)
	if content, ok := s.report[strings.TrimPrefix(key, "/inventories/")]; ok {
		send(w, content)
		return
	}
	switch folder, name, _ := strings.Cut(strings.TrimPrefix(key, "runs/bench/"), "/"); folder {
	case "manifest.jsonl":
		var first, last int
		if _, err := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-%d", &first, &last); err != nil {
			http.Error(w, "a manifest is read in ranges", http.StatusBadRequest)
			return
		}
		line := s.manifestLine(0)
		w.Header().Set("Content-Length", strconv.Itoa(last+1-first))
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, last, s.objects*len(line)))
		w.WriteHeader(http.StatusPartialContent)
		w.Write(s.lines(first/len(line), (last+1)/len(line), s.manifestLine))
	case "manifest.index":
		send(w, s.index())
	case "results":
		shard, _ := strconv.Atoi(strings.TrimSuffix(name, ".jsonl"))
		each := s.objects / s.shards
		send(w, s.lines(shard*each, (shard+1)*each, s.resultLine))
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func send(w http.ResponseWriter, content []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	w.Write(content)
}

func (s *standIn) lines(from, to int, line func(i int) []byte) []byte {
	var lines []byte
	for i := from; i < to; i++ {
		lines = append(lines, line(i)...)
	}
	return lines
}

// manifestLine has the same length for every number.
func (s *standIn) manifestLine(i int) []byte {
	return contract.AppendObject(nil, contract.Object{Key: shapes["flat"](i, s.objects), Size: size, ETag: etag})
}

// resultLine is that of a failure for one object in a thousand.
func (s *standIn) resultLine(i int) []byte {
	result := contract.Result{
		Key: shapes["flat"](i, s.objects), Status: contract.Done, BytesIn: size, BytesOut: size / 2, OutputETag: etag,
	}
	if i%1000 == 0 {
		result = contract.Result{
			Key:      result.Key,
			Status:   contract.Failed,
			ExitCode: 1,
			Reason:   "gzip: stdin: unexpected end of file\n",
		}
	}
	return contract.AppendResult(nil, result)
}

func (s *standIn) index() []byte {
	var index []byte
	each := int64(s.objects / s.shards)
	length := each * int64(len(s.manifestLine(0)))
	for shard := range int64(s.shards) {
		index = contract.AppendIndexEntry(
			index,
			contract.IndexEntry{Offset: shard * length, Length: length, Objects: each, Bytes: each * size},
		)
	}
	return index
}

func (s *standIn) put(w http.ResponseWriter, r *http.Request, key string, part bool) {
	w.Header().Set("ETag", `"etag"`)
	if part {
		n, _ := io.Copy(io.Discard, r.Body)
		s.written.Add(n)
		return
	}
	content, _ := io.ReadAll(r.Body)
	s.written.Add(int64(len(content)))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.small[key] = content
}
