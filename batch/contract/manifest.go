package contract

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"
)

// MaxKeyBytes is the length of the longest key in S3, as UTF-8 ("Naming Amazon S3
// objects", Amazon S3 User Guide).
const MaxKeyBytes = 1024

// Object is an object of the run as it was when it was listed: one line of a manifest.
type Object struct {
	Key string `json:"key"`
	// Size is in bytes.
	Size int64 `json:"size"`
	// ETag is without its quotes, and empty when it is not known.
	ETag string `json:"etag,omitempty"`
	// Reason says why the object failed, and Kind in one word; only a manifest of failures has
	// them.
	Reason string      `json:"reason,omitempty"`
	Kind   FailureKind `json:"kind,omitempty"`
	// Deaths is how many jobs may have died of the object.
	Deaths int `json:"deaths,omitempty"`
	// Inside is the key of an object of the same run in whose folder of outputs this one's would be,
	// so that a job has to fail it; see [Outputs.Holds].
	Inside string `json:"inside,omitempty"`
	// Columns are what a list said of the object, for the command's {column.NAME}.
	Columns Columns `json:"columns,omitempty"`
}

// HasFailedBefore reports whether the object is of an earlier run's failures. Then its size and its
// ETag are those that it had for that run.
func (o Object) HasFailedBefore() bool { return o.Kind != "" }

// ComesLast reports whether a job keeps the object until all others are done, and then works on it
// alone: a job of an earlier run may have died of it, or its command for want of memory.
func (o Object) ComesLast() bool { return o.Deaths > 0 || o.Kind == FailedMemory }

// AppendObject appends the object's line to a manifest, newline included.
func AppendObject(manifest []byte, object Object) []byte {
	manifest = appendText(manifest, `{"key":`, object.Key)
	manifest = appendNumber(manifest, `,"size":`, object.Size)
	if object.ETag != "" {
		manifest = appendText(manifest, `,"etag":`, object.ETag)
	}
	if object.Reason != "" {
		manifest = appendText(manifest, `,"reason":`, object.Reason)
	}
	if object.Kind != "" {
		manifest = appendText(manifest, `,"kind":`, string(object.Kind))
	}
	if object.Deaths != 0 {
		manifest = appendNumber(manifest, `,"deaths":`, int64(object.Deaths))
	}
	if object.Inside != "" {
		manifest = appendText(manifest, `,"inside":`, object.Inside)
	}
	if object.Columns != "" {
		manifest = append(append(manifest, `,"columns":`...), object.Columns...)
	}
	return append(manifest, "}\n"...)
}

// scanObject reads what [AppendObject] wrote; see [scanner].
func scanObject(line []byte) (object Object, ok bool) {
	s := newScanner(line)
	s.must(`{"key":`)
	object.Key = s.text()
	s.must(`,"size":`)
	object.Size = s.number()
	if s.next(`,"etag":`) {
		object.ETag = s.text()
	}
	if s.next(`,"reason":`) {
		object.Reason = s.text()
	}
	if s.next(`,"kind":`) {
		object.Kind = FailureKind(s.text())
	}
	if s.next(`,"deaths":`) {
		object.Deaths = int(s.number())
	}
	if s.next(`,"inside":`) {
		object.Inside = s.text()
	}
	if s.next(`,"columns":`) {
		object.Columns = s.columns()
	}
	return object, s.ended()
}

// ReadManifest yields the objects of a manifest, in their order, in memory that
// does not grow with their number. It ends with an error at the first line that is
// not an object, or whose key is not greater (by bytes, as S3 lists them) than the
// key before it: that way a manifest names no object twice.
func ReadManifest(r io.Reader) iter.Seq2[Object, error] {
	previous := ""
	return parsed(r, "manifest", func(line []byte) (Object, error) {
		object, err := parseObject(line)
		if err == nil && object.Key <= previous {
			err = fmt.Errorf("key %q must be greater, by bytes, than the key before it, %q", object.Key, previous)
		}
		previous = object.Key
		return object, err
	})
}

func parseObject(line []byte) (Object, error) {
	object, err := readLine(line, scanObject)
	if err != nil {
		return Object{}, err
	}
	if err := CheckKey(object.Key); err != nil {
		return Object{}, err
	}
	if object.Size < 0 {
		return Object{}, fmt.Errorf("size %d must not be negative", object.Size)
	}
	if len(object.Columns) > MaxColumnsBytes {
		return Object{}, fmt.Errorf("columns: got %d bytes, want at most %d", len(object.Columns), MaxColumnsBytes)
	}
	if object.Deaths < 0 {
		return Object{}, fmt.Errorf("deaths %d must not be negative", object.Deaths)
	}
	return object, nil
}

// CheckKey returns an error when no object in S3 can have the key: it is empty,
// longer than [MaxKeyBytes], or not UTF-8.
func CheckKey(key string) error {
	switch {
	case key == "":
		return errors.New("the key is empty")
	case len(key) > MaxKeyBytes:
		return fmt.Errorf("key %.40q… has %d bytes: S3 allows %d", key, len(key), MaxKeyBytes)
	case !utf8.ValidString(key):
		return fmt.Errorf("key %q is not UTF-8", key)
	}
	return nil
}
