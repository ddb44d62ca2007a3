package contract

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"
)

// MaxKeyBytes is the length of the longest key in S3, as UTF-8 ("Naming Amazon S3
// objects", Amazon S3 User Guide).
const MaxKeyBytes = 1024

// maxLineBytes bounds a line of any of our files: a key of 1,024 bytes takes at
// most six times that as JSON, and a reason is capped at [MaxReasonBytes].
const maxLineBytes = 64 << 10

// Object is an object of the run as it was when it was listed: one line of a manifest.
type Object struct {
	Key string `json:"key"`
	// Size is in bytes.
	Size int64 `json:"size"`
	// ETag is without its quotes, and empty when it is not known.
	ETag string `json:"etag,omitempty"`
	// Reason says why the object failed; only a manifest of failures has it, for whoever reads it.
	Reason string `json:"reason,omitempty"`
}

// AppendObject appends the object's line to a manifest, newline included.
func AppendObject(manifest []byte, object Object) ([]byte, error) {
	return appendLine(manifest, object)
}

// ReadManifest yields the objects of a manifest, in their order, in memory that
// does not grow with their number. It ends with an error at the first line that is
// not an object, or whose key is not greater (by bytes, as S3 lists them) than the
// key before it: that way a manifest names no object twice.
func ReadManifest(r io.Reader) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		previous := ""
		number := 0
		for line, err := range lines(r) {
			number++
			var object Object
			if err == nil {
				object, err = parseObject(line)
			}
			if err == nil && object.Key <= previous {
				err = fmt.Errorf("key %q must be greater, by bytes, than the key before it, %q", object.Key, previous)
			}
			if err != nil {
				yield(Object{}, fmt.Errorf("manifest line %d: %w", number, err))
				return
			}
			if !yield(object, nil) {
				return
			}
			previous = object.Key
		}
	}
}

func parseObject(line []byte) (Object, error) {
	var object Object
	if err := parseLine(line, &object); err != nil {
		return Object{}, err
	}
	if err := CheckKey(object.Key); err != nil {
		return Object{}, err
	}
	if object.Size < 0 {
		return Object{}, fmt.Errorf("size %d must not be negative", object.Size)
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

// lines yields the lines of r without their newlines. A last line that lacks its
// newline is an error: the file was cut short.
func lines(r io.Reader) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		buffered := bufio.NewReaderSize(r, maxLineBytes)
		for {
			line, err := buffered.ReadSlice('\n')
			switch {
			case err == nil:
				if !yield(line[:len(line)-1], nil) {
					return
				}
			case err == io.EOF && len(line) == 0: // An error that only wraps io.EOF is a broken connection.
				return
			case err == io.EOF:
				yield(nil, fmt.Errorf("the last line has no newline: %w", io.ErrUnexpectedEOF))
				return
			case errors.Is(err, bufio.ErrBufferFull):
				yield(nil, fmt.Errorf("the line has more than %d bytes", maxLineBytes))
				return
			default:
				yield(nil, err)
				return
			}
		}
	}
}

func parseLine(line []byte, value any) error {
	if !faithful(line) {
		return errors.New("the line is not UTF-8, or has half a surrogate pair")
	}
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(value); err != nil {
		return fmt.Errorf("the line is not the expected JSON: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("the line holds more than one JSON value")
	}
	return nil
}

func appendLine(file []byte, value any) ([]byte, error) {
	line, err := json.Marshal(value)
	if err != nil {
		return file, fmt.Errorf("encode a line: %w", err)
	}
	return append(append(file, line...), '\n'), nil
}
