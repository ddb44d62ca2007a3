package contract

import (
	"encoding/json"
	"fmt"
)

// Buckets is what a client has to know of buckets to make a request of them, by their names. A
// bucket that is not among them is in the client's own region, and its owner pays.
type Buckets map[string]Bucket

// Bucket is what a client has to know of a bucket.
type Bucket struct {
	// Region is where the bucket is; empty for the client's own region.
	Region string `json:"region,omitempty"`
	// RequesterPays says that S3 refuses whoever does not agree to pay for the request ("Using
	// Requester Pays general purpose buckets for storage transfers and usage", Amazon S3 User
	// Guide).
	RequesterPays bool `json:"requester_pays,omitempty"`
}

// String is the buckets as JSON.
func (b Buckets) String() string {
	text, err := json.Marshal(map[string]Bucket(b))
	if err != nil {
		panic(err) // Names and structs of text are always JSON.
	}
	return string(text)
}

// UnmarshalText reads what [Buckets.String] wrote.
func (b *Buckets) UnmarshalText(text []byte) error {
	if err := json.Unmarshal(text, (*map[string]Bucket)(b)); err != nil {
		return fmt.Errorf("got %q, want JSON such as {\"BUCKET\":{\"region\":\"eu-west-1\"}}: %w", text, err)
	}
	return nil
}

// variables returns the buckets as an environment variable, or none if there is nothing to know.
func (b Buckets) variables() map[string]string {
	if len(b) == 0 {
		return nil
	}
	return map[string]string{"BUCKETS": b.String()}
}
