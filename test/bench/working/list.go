package main

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// list answers ListObjectsV2. The token that continues a list is its last key.
func (s *standIn) list(w http.ResponseWriter, query url.Values) {
	prefix, most := query.Get("prefix"), 1000
	if limit, err := strconv.Atoi(query.Get("max-keys")); err == nil {
		most = min(most, limit)
	}
	keys := s.keys(prefix)
	from, _ := slices.BinarySearch(keys, prefix)
	if after := max(query.Get("start-after"), query.Get("continuation-token")); after >= prefix {
		from, _ = slices.BinarySearch(keys, after+"\x00")
	}
	keys = keys[from:]
	if end := slices.IndexFunc(keys, func(key string) bool { return !strings.HasPrefix(key, prefix) }); end >= 0 {
		keys = keys[:end]
	}
	more := len(keys) > most
	keys = keys[:min(len(keys), most)]
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>%s</Name><IsTruncated>%t</IsTruncated>`,
		bucket, more)
	if encoding := query.Get("encoding-type"); encoding != "" { // No key here has anything to encode.
		fmt.Fprintf(w, "<EncodingType>%s</EncodingType>", encoding)
	}
	if more {
		fmt.Fprintf(w, "<NextContinuationToken>%s</NextContinuationToken>", keys[most-1])
	}
	for _, key := range keys {
		fmt.Fprintf(w, "<Contents><Key>%s</Key><LastModified>2026-11-22T18:30:00.000Z</LastModified>"+
			"<ETag>&quot;%s&quot;</ETag><Size>%d</Size><StorageClass>STANDARD</StorageClass></Contents>",
			key, etag, s.size)
	}
	fmt.Fprint(w, `</ListBucketResult>`)
}

// keys are those that may begin with the prefix, in their order.
func (s *standIn) keys(prefix string) []string {
	switch {
	case strings.HasPrefix(prefix, input):
		return s.inputs
	case strings.HasPrefix(prefix, output):
		return s.outputs
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.files))
}
