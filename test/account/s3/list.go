package s3

import (
	"cmp"
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
	// RestoreStatus is there only if it was asked for, and the object was restored.
	RestoreStatus *restoreStatus `xml:",omitempty"`
}

type restoreStatus struct{ IsRestoreInProgress bool }

type listedPrefix struct{ Prefix string }

func (s *Server) list(w http.ResponseWriter, r *http.Request, bucketName string) error {
	query, err := newListQuery(r)
	if err != nil {
		return err
	}
	s.store.mu.RLock()
	defer s.store.mu.RUnlock()
	b := s.store.buckets[bucketName]
	if b == nil {
		return errNoSuchBucket(bucketName)
	}
	answer := query.answer(b)
	answer.Name = bucketName
	writeXML(w, http.StatusOK, answer)
	return nil
}

// listQuery is what a request asks of a list.
type listQuery struct {
	prefix, delimiter, startAfter string
	token, encoding               string
	// after is the last key, or folder, that an earlier answer had.
	after   string
	maxKeys int
	// restoreStatus says that the answer is to have it.
	restoreStatus bool
}

func newListQuery(r *http.Request) (*listQuery, error) {
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
		return nil, err
	}
	values := r.URL.Query()
	q := &listQuery{
		prefix:     values.Get("prefix"),
		delimiter:  values.Get("delimiter"),
		startAfter: values.Get("start-after"),
		token:      values.Get("continuation-token"),
		encoding:   values.Get("encoding-type"),
		after:      values.Get("start-after"),
		maxKeys:    maxListedKeys,

		restoreStatus: r.Header.Get("X-Amz-Optional-Object-Attributes") == "RestoreStatus",
	}
	if text := values.Get("max-keys"); text != "" {
		number, err := strconv.Atoi(text)
		if err != nil || number < 0 {
			return nil, &Error{
				Status:  http.StatusBadRequest,
				Code:    "InvalidArgument",
				Message: "max-keys is not a number of keys",
			}
		}
		q.maxKeys = min(number, maxListedKeys)
	}
	if q.token != "" {
		last, err := base64.URLEncoding.DecodeString(q.token)
		if err != nil {
			return nil, &Error{
				Status:  http.StatusBadRequest,
				Code:    "InvalidArgument",
				Message: "The continuation token provided is incorrect",
			}
		}
		q.after = string(last)
	}
	return q, nil
}

func (q *listQuery) encode(text string) string {
	if q.encoding == "url" {
		return encodeURL(text)
	}
	return text
}

// answer lists the bucket, but for its name.
func (q *listQuery) answer(b *bucket) listAnswer {
	answer := listAnswer{
		Prefix:            q.encode(q.prefix),
		Delimiter:         q.encode(q.delimiter),
		StartAfter:        q.encode(q.startAfter),
		MaxKeys:           q.maxKeys,
		EncodingType:      q.encoding,
		ContinuationToken: q.token,
	}
	last := q.after
	i := b.firstAfter(q.prefix, last, q.delimiter)
	for i < len(b.keys) && strings.HasPrefix(b.keys[i], q.prefix) {
		if answer.KeyCount == answer.MaxKeys {
			answer.IsTruncated = answer.MaxKeys > 0
			break
		}
		answer.KeyCount++
		key := b.keys[i]
		last = key
		if folder, _, ok := strings.Cut(key[len(q.prefix):], q.delimiter); ok && q.delimiter != "" {
			last = q.prefix + folder + q.delimiter
			answer.CommonPrefixes = append(answer.CommonPrefixes, listedPrefix{q.encode(last)})
			i = b.firstAfter(q.prefix, last, q.delimiter)
			continue
		}
		object := b.objects[key]
		listed := listedObject{
			Key:          q.encode(key),
			LastModified: object.Modified.Format(time.RFC3339),
			ETag:         quote(object.ETag),
			Size:         object.Size,
			StorageClass: cmp.Or(object.StorageClass, "STANDARD"),
		}
		if q.restoreStatus && object.Restored {
			listed.RestoreStatus = &restoreStatus{}
		}
		answer.Contents = append(answer.Contents, listed)
		i++
	}
	if answer.IsTruncated {
		answer.NextContinuationToken = base64.URLEncoding.EncodeToString([]byte(last))
	}
	return answer
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
