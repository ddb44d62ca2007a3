package inventory

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"batchjobwithlambda/batch/contract"
)

// object reads the fields of a row. It returns false if the row is of no object: of an
// older version, or of a mark that the object was deleted.
func (c columns) object(fields []string) (object contract.Listed, ok bool, err error) {
	latest, err := flag(fields, c.isLatest, true)
	if err != nil || !latest {
		return object, false, err
	}
	deleted, err := flag(fields, c.isDeleteMarker, false)
	if err != nil || deleted {
		return object, false, err
	}
	// "When you're using the CSV file format, the key name is URL-encoded" ("Amazon S3
	// Inventory list", Amazon S3 User Guide).
	if object.Key, err = url.QueryUnescape(fields[c.key]); err != nil {
		return object, false, err
	}
	if err := contract.CheckKey(object.Key); err != nil {
		return object, false, err
	}
	if object.Size, err = strconv.ParseInt(fields[c.size], 10, 64); err != nil || object.Size < 0 {
		return object, false, fmt.Errorf("size %q is no number of bytes", fields[c.size])
	}
	if c.modified >= 0 {
		if object.Modified, err = time.Parse(time.RFC3339, fields[c.modified]); err != nil {
			return object, false, err
		}
	}
	if c.storageClass >= 0 { // Whether it was restored, no report says.
		object.Archived = contract.NeedsRestoring(fields[c.storageClass])
	}
	if c.eTag >= 0 {
		object.ETag = fields[c.eTag]
	}
	return object, true, nil
}

// flag reads a field that is True or False; unless says what a missing column means.
func flag(fields []string, column int, unless bool) (bool, error) {
	switch {
	case column < 0:
		return unless, nil
	case strings.EqualFold(fields[column], "true"):
		return true, nil
	case strings.EqualFold(fields[column], "false"):
		return false, nil
	default:
		return false, fmt.Errorf("%q is neither true nor false", fields[column])
	}
}
