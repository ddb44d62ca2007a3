package inventory

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"batchjobwithlambda/batch/contract"
)

// manifest is what is needed of a report's manifest.json; there is more in it.
type manifest struct {
	SourceBucket string     `json:"sourceBucket"`
	FileFormat   string     `json:"fileFormat"`
	FileSchema   string     `json:"fileSchema"`
	Files        []dataFile `json:"files"`

	columns columns
}

// dataFile is one of the report's files, as it has to be found.
type dataFile struct {
	Key string `json:"key"`
	// Size is in bytes, and MD5 hexadecimal: both of what is compressed.
	Size int64  `json:"size"`
	MD5  string `json:"MD5checksum"`
}

// parseManifest returns an error when the text is not a manifest, or not that of a CSV report
// on the bucket.
func parseManifest(text []byte, bucket string) (manifest, error) {
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return m, err
	}
	if m.FileFormat != "CSV" {
		return m, fmt.Errorf("fileFormat %q: choose CSV in the configuration of the inventory", m.FileFormat)
	}
	if m.SourceBucket != bucket {
		return m, fmt.Errorf("sourceBucket %q: the pipeline's is %q", m.SourceBucket, bucket)
	}
	if m.Files == nil {
		return m, errors.New("it names no files")
	}
	for _, file := range m.Files {
		sum, err := hex.DecodeString(file.MD5)
		if contract.CheckKey(file.Key) != nil || file.Size < 0 || err != nil || len(sum) != 16 {
			return m, fmt.Errorf("file %+v: a file has a key, a size and an MD5checksum", file)
		}
	}
	var err error
	m.columns, err = parseSchema(m.FileSchema)
	return m, err
}

// columns are where a row has what is needed; -1 stands for what it does not have.
type columns struct {
	count                                               int
	key, size, eTag, modified, isLatest, isDeleteMarker int
	storageClass                                        int
}

// parseSchema returns an error when the rows do not say what a plan needs.
func parseSchema(schema string) (columns, error) {
	names := strings.Split(schema, ",")
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	c := columns{
		count: len(
			names,
		),
		key:            slices.Index(names, "Key"),
		size:           slices.Index(names, "Size"),
		eTag:           slices.Index(names, "ETag"),
		modified:       slices.Index(names, "LastModifiedDate"),
		isLatest:       slices.Index(names, "IsLatest"),
		isDeleteMarker: slices.Index(names, "IsDeleteMarker"),
		storageClass:   slices.Index(names, "StorageClass"),
	}
	if c.key < 0 || c.size < 0 {
		return c, fmt.Errorf(
			"fileSchema %q: it has to have Key and Size: add the size to the configuration of the inventory",
			schema,
		)
	}
	// Of several versions without a mark nobody could say which is the object.
	if slices.Contains(names, "VersionId") && c.isLatest < 0 {
		return c, fmt.Errorf("fileSchema %q: a report with all versions has to have IsLatest", schema)
	}
	return c, nil
}
