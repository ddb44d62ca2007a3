// Package inventory writes reports as S3 Inventory does ("Amazon S3 Inventory list",
// Amazon S3 User Guide), for tests of what reads them.
package inventory

import (
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"batchjobwithlambda/batch/contract"
)

// The schemas of a report of the current versions, and of one of all versions.
const (
	Current     = "Bucket, Key, Size, ETag"
	AllVersions = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag"
)

// Report is a report on a bucket.
type Report struct {
	// Bucket is whose objects it has, and Schema the names of the columns.
	Bucket, Schema string
	Files          []File
}

// File is one of the files that a manifest names: gzipped CSV.
type File struct {
	Key     string
	Content []byte
}

// Row is a row of the report for an object in its current version.
func (r *Report) Row(object contract.Object) []string {
	key, size := Escape(object.Key), strconv.FormatInt(object.Size, 10)
	if r.Schema == AllVersions {
		return []string{
			r.Bucket,
			key,
			"version-of-the-object",
			"true",
			"false",
			size,
			"2026-11-22T01:00:00.000Z",
			object.ETag,
		}
	}
	return []string{r.Bucket, key, size, object.ETag}
}

// Old is a row of [AllVersions] for an object as it was once.
func (r *Report) Old(object contract.Object) []string {
	row := r.Row(object)
	row[3] = "false"
	return row
}

// Deleted is a row of [AllVersions] for a key whose object was deleted.
func (r *Report) Deleted(key string) []string {
	row := r.Row(contract.Object{Key: key})
	row[4], row[5], row[7] = "true", "", ""
	return row
}

// Escape is how a key stands in CSV.
func Escape(key string) string { return strings.ReplaceAll(url.QueryEscape(key), "%2F", "/") }

// Add adds a file with the rows.
func (r *Report) Add(rows ...[]string) {
	var text bytes.Buffer
	for _, row := range rows {
		text.WriteString(`"` + strings.Join(row, `","`) + "\"\n")
	}
	r.AddFile(Gzip(text.Bytes()))
}

// AddFile adds a file with the content as it is.
func (r *Report) AddFile(content []byte) {
	r.Files = append(r.Files, File{path.Join(r.Bucket, "input/data", strconv.Itoa(len(r.Files))+".csv.gz"), content})
}

// Gzip compresses the text.
func Gzip(text []byte) []byte {
	var compressed bytes.Buffer
	w := gzip.NewWriter(&compressed)
	w.Write(text)
	w.Close()
	return compressed.Bytes()
}

// ManifestKey is where the manifest belongs.
func (r *Report) ManifestKey() string {
	return path.Join(r.Bucket, "input/2026-11-22T01-00Z/manifest.json")
}

// Manifest is the manifest.json.
func (r *Report) Manifest() []byte {
	type file struct {
		Key  string `json:"key"`
		Size int    `json:"size"`
		MD5  string `json:"MD5checksum"`
	}
	files := []file{}
	for _, f := range r.Files {
		sum := md5.Sum(f.Content)
		files = append(files, file{f.Key, len(f.Content), hex.EncodeToString(sum[:])})
	}
	text, err := json.MarshalIndent(map[string]any{
		"sourceBucket": r.Bucket, "destinationBucket": "arn:aws:s3:::inventories", "version": "2016-11-30",
		"creationTimestamp": strconv.FormatInt(time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC).UnixMilli(), 10),
		"fileFormat":        "CSV", "fileSchema": r.Schema, "files": files,
	}, "", "  ")
	if err != nil {
		panic(err) // It is all text and numbers.
	}
	return text
}

// Put hands each object of the report to put, the manifest last, as S3 does.
func (r *Report) Put(put func(key string, content []byte) error) error {
	for _, file := range r.Files {
		if err := put(file.Key, file.Content); err != nil {
			return err
		}
	}
	return put(r.ManifestKey(), r.Manifest())
}
