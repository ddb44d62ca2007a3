package main

import (
	"context"
	"slices"
	"strings"
	"sync"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// pageKeys is how many keys S3 lists with one request ("ListObjectsV2", Amazon S3 API
// Reference).
const pageKeys = 1000

// outputs tells which outputs exist. A shard asks for them nearly in the order in
// which S3 lists them, so two requests answer for a thousand objects; any other order
// only costs more requests. (It is not quite the same order because several objects
// are worked on at once, and because of the suffix: "a" is before "a!", but "a.gz" is
// after "a!.gz".)
type outputs struct {
	s3       *objects.Client
	location contract.Location

	mu sync.Mutex
	// page has every key that is greater than after and at most last, or, if open,
	// every key that is greater than after.
	page        []string
	after, last string
	open        bool
	// outer are the lists of folders that were asked for; see [outputs.hasOuter].
	outer map[string]func() (bool, error)
}

// exists reports whether there is an output with the key.
func (o *outputs) exists(ctx context.Context, key string) (bool, error) {
	found, known, err := o.lookUp(ctx, key)
	if err != nil || known {
		return found, err
	}
	// Not while others wait for the page.
	return o.s3.Exists(ctx, contract.Address{Bucket: o.location.Bucket, Key: key})
}

// forget has the next question asked of S3.
func (o *outputs) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.page, o.after, o.last, o.open = o.page[:0], "", "", false
}

// lookUp looks for the key in the page. If the key is after the page, the next page, which
// begins after the key, takes its place; never one before it: a key that comes late must not
// take the page from the others.
func (o *outputs) lookUp(ctx context.Context, key string) (found, known bool, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if key <= o.after {
		return false, false, nil
	}
	if o.open || key <= o.last {
		_, found = slices.BinarySearch(o.page, key)
		return found, true, nil
	}
	page, more, err := o.s3.Page(ctx, o.location, key, pageKeys)
	if err != nil {
		return false, false, err
	}
	o.page, o.after, o.last, o.open = o.page[:0], key, key, !more
	for _, output := range page {
		o.page = append(o.page, output.Key)
		o.last = output.Key
	}
	return false, false, nil
}

// pageBelow is the first key that begins with the prefix, or empty, if the page says that.
func (o *outputs) pageBelow(prefix string) (key string, known bool) {
	if prefix < o.after {
		return "", false
	}
	i, _ := slices.BinarySearch(o.page, prefix)
	switch {
	case i == len(o.page):
		return "", o.open
	case strings.HasPrefix(o.page[i], prefix):
		return o.page[i], true
	}
	return "", true
}
