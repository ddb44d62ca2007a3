package contract

import (
	"fmt"
	"strings"
)

const addressScheme = "s3://"

// Address names an object, or a prefix of objects, in S3.
type Address struct {
	Bucket string
	Key    string
}

// ParseAddress reads "s3://BUCKET/KEY". It returns an error when the scheme, the
// bucket or the key is missing.
func ParseAddress(text string) (Address, error) {
	rest, ok := strings.CutPrefix(text, addressScheme)
	bucket, key, slash := strings.Cut(rest, "/")
	if !ok || !slash || bucket == "" || key == "" {
		return Address{}, fmt.Errorf("S3 address: got %q, want s3://BUCKET/KEY", text)
	}
	return Address{Bucket: bucket, Key: key}, nil
}

// String returns the address as "s3://BUCKET/KEY".
func (a Address) String() string {
	return addressScheme + a.Bucket + "/" + a.Key
}
