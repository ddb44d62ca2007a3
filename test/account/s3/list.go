package s3

import (
	"encoding/base64"
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxListedKeys is how many keys an answer has at most ("ListObjectsV2", Amazon S3
// API Reference).
const maxListedKeys = 1000

type listAnswer struct {
	XMLName               xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListBucketResult"`
	Name                  string
	Prefix                string
	Delimiter             string `xml:",omitempty"`
	StartAfter            string `xml:",omitempty"`
	EncodingType          string `xml:",omitempty"`
	KeyCount              int
	MaxKeys               int
	IsTruncated           bool
	ContinuationToken     string         `xml:",omitempty"`
	NextContinuationToken string         `xml:",omitempty"`
	Contents              []listedObject `xml:",omitempty"`
	CommonPrefixes        []listedPrefix `xml:",omitempty"`
}

type listedObject struct {
	Key          string
	LastModified string
	ETag         string
	Size         int64
	StorageClass string
}

type listedPrefix struct{ Prefix string }

func (s *Server) list(w http.ResponseWriter, r *http.Request, bucketName string) error {
	if err := knowsOnly(
		r,
		"list-type",
		"prefix",
		"delimiter",
		"start-after",
		"continuation-token",
		"max-keys",
		"encoding-type",
	); err != nil {
		return err
	}
	query := r.URL.Query()
	answer := listAnswer{
		Name:              bucketName,
		MaxKeys:           maxListedKeys,
		EncodingType:      query.Get("encoding-type"),
		ContinuationToken: query.Get("continuation-token"),
	}
	if text := query.Get("max-keys"); text != "" {
		number, err := strconv.Atoi(text)
		if err != nil || number < 0 {
			return &Error{Status: http.StatusBadRequest, Code: "InvalidArgument", Message: "max-keys is not a number of keys"}
		}
		answer.MaxKeys = min(number, maxListedKeys)
	}
	after := query.Get("start-after")
	if answer.ContinuationToken != "" {
		last, err := base64.URLEncoding.DecodeString(answer.ContinuationToken)
		if err != nil {
			return &Error{
				Status:  http.StatusBadRequest,
				Code:    "InvalidArgument",
				Message: "The continuation token provided is incorrect",
			}
		}
		after = string(last)
	}
	encode := func(text string) string { return text }
	if answer.EncodingType == "url" {
		encode = encodeURL
	}
	prefix, delimiter := query.Get("prefix"), query.Get("delimiter")
	answer.Prefix, answer.Delimiter, answer.StartAfter = encode(
		prefix,
	), encode(
		delimiter,
	), encode(
		query.Get("start-after"),
	)

	s.store.mu.RLock()
	defer s.store.mu.RUnlock()
	b := s.store.buckets[bucketName]
	if b == nil {
		return errNoSuchBucket(bucketName)
	}
	last := after
	for i := b.firstAfter(prefix, after, delimiter); i < len(b.keys) && strings.HasPrefix(b.keys[i], prefix); {
		if answer.KeyCount == answer.MaxKeys {
			answer.IsTruncated = answer.MaxKeys > 0
			break
		}
		answer.KeyCount++
		key := b.keys[i]
		last = key
		if folder, _, ok := strings.Cut(key[len(prefix):], delimiter); ok && delimiter != "" {
			last = prefix + folder + delimiter
			answer.CommonPrefixes = append(answer.CommonPrefixes, listedPrefix{encode(last)})
			i = b.firstAfter(prefix, last, delimiter)
			continue
		}
		object := b.objects[key]
		answer.Contents = append(answer.Contents, listedObject{
			Key: encode(
				key,
			),
			LastModified: object.Modified.Format(time.RFC3339),
			ETag:         quote(object.ETag),
			Size:         object.Size,
			StorageClass: "STANDARD",
		})
		i++
	}
	if answer.IsTruncated {
		answer.NextContinuationToken = base64.URLEncoding.EncodeToString([]byte(last))
	}
	writeXML(w, http.StatusOK, answer)
	return nil
}

// firstAfter is where the listing of the prefix goes on after the last thing it had:
// a key, or a folder with all that is in it.
func (b *bucket) firstAfter(prefix, last, delimiter string) int {
	i, found := slices.BinarySearch(b.keys, max(prefix, last))
	if found && b.keys[i] == last {
		i++
	}
	if delimiter != "" && last != prefix && strings.HasSuffix(last, delimiter) {
		for i < len(b.keys) && strings.HasPrefix(b.keys[i], last) {
			i++
		}
	}
	return i
}

// encodeURL is how S3 encodes keys when asked for encoding-type url: like a form's
// field, but with the slashes as they are.
func encodeURL(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "%2F", "/")
}
