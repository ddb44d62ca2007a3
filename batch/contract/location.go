package contract

import (
	"fmt"
	"strings"
)

// Location is everything in a bucket whose key begins with the prefix.
type Location struct {
	Bucket string
	// Prefix ends in a slash. It is empty if the location is the whole bucket.
	Prefix string
}

// Layout is where the pipeline reads, writes and keeps its own files. Any two of the
// locations may share a bucket.
type Layout struct {
	// Input has the objects to work on.
	Input Location
	// Output has an output for each object.
	Output Location
	// Runs has the pipeline's own files, below a prefix for each run; see [Run].
	Runs Location
}

// ParseLocation reads "s3://BUCKET/PREFIX/", or "s3://BUCKET/" for a whole bucket. It
// returns an error when the scheme, the bucket or the slash at the end is missing.
func ParseLocation(text string) (Location, error) {
	rest, ok := strings.CutPrefix(text, addressScheme)
	bucket, prefix, slash := strings.Cut(rest, "/")
	if !ok || !slash || bucket == "" || prefix != "" && !strings.HasSuffix(prefix, "/") {
		return Location{}, fmt.Errorf("S3 location: got %q, want s3://BUCKET/PREFIX/ or s3://BUCKET/", text)
	}
	return Location{Bucket: bucket, Prefix: prefix}, nil
}

// String returns the location as "s3://BUCKET/PREFIX/".
func (l Location) String() string {
	return addressScheme + l.Bucket + "/" + l.Prefix
}

// UnmarshalText reads what [Location.String] wrote.
func (l *Location) UnmarshalText(text []byte) error {
	location, err := ParseLocation(string(text))
	*l = location
	return err
}

// Address is the address of the object with the name, which is its key without the prefix.
func (l Location) Address(name string) Address {
	return Address{Bucket: l.Bucket, Key: l.Prefix + name}
}

// Name is the key without the prefix. It returns false when the key is not below the
// location's prefix, or is the prefix itself.
func (l Location) Name(key string) (name string, ok bool) {
	name, ok = strings.CutPrefix(key, l.Prefix)
	return name, ok && name != ""
}

// CheckKey returns an error when no object below the location can have the key.
func (l Location) CheckKey(key string) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	if _, ok := l.Name(key); !ok {
		return fmt.Errorf("key: got %q, want one below %s", key, l)
	}
	return nil
}
