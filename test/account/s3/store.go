package s3

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// Object is an object as it was put; a later put makes a new one.
type Object struct {
	// Size is in bytes.
	Size int64
	// ETag is without its quotes.
	ETag string
	// Metadata is the user's own, its names without "x-amz-meta-" and in lower case.
	Metadata map[string]string
	// Attributes are what else the object was put with.
	Attributes Attributes
	// Modified is when the object was put, in whole seconds, as S3 tells it.
	Modified time.Time
	// StorageClass is empty for S3 Standard; Restored says that an archived object has a copy
	// that can be read.
	StorageClass string
	Restored     bool
	archived     bool

	path string
	// crc32 is the content's checksum in base64; empty for an object that came in parts,
	// of which S3 knows only a checksum of the parts' checksums.
	crc32 string
}

// Open opens the object's content.
func (o Object) Open() (*os.File, error) { return os.Open(o.path) }

// Store keeps the objects of any number of buckets, their content in a directory of
// files, so that neither many nor large objects need memory. It is safe for
// concurrent use.
type Store struct {
	directory string

	mu      sync.RWMutex
	buckets map[string]*bucket
}

type bucket struct {
	objects map[string]Object
	keys    []string // Sorted by bytes, as S3 lists them.
	uploads map[string]*upload
}

// NewStore returns an empty store with the given buckets. Its files go to the
// directory, which has to exist and is the caller's to remove.
func NewStore(directory string, buckets ...string) *Store {
	s := &Store{directory: directory, buckets: map[string]*bucket{}}
	s.AddBuckets(buckets...)
	return s
}

// AddBuckets adds those of the buckets that there are not yet.
func (s *Store) AddBuckets(names ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range names {
		if s.buckets[name] == nil {
			s.buckets[name] = &bucket{objects: map[string]Object{}, uploads: map[string]*upload{}}
		}
	}
}

// Put keeps the content as the object with the given key, or keeps what was there
// before if reading the content fails.
func (s *Store) Put(bucket, key string, content io.Reader, metadata map[string]string) (Object, error) {
	object, err := s.write(content)
	if err != nil {
		return Object{}, fmt.Errorf("put %q: %w", key, err)
	}
	object.Metadata = maps.Clone(metadata)
	return object, s.place(bucket, key, object)
}

// Restore is [Store.Put] of an object that another store once had: it keeps its ETag.
func (s *Store) Restore(bucket, key string, content io.Reader, etag string, metadata map[string]string) error {
	object, err := s.write(content)
	if err != nil {
		return fmt.Errorf("restore %q: %w", key, err)
	}
	object.ETag, object.Metadata = etag, maps.Clone(metadata)
	return s.place(bucket, key, object)
}

// Archive moves the object to the storage class, as a rule of the bucket's lifecycle does.
func (s *Store) Archive(bucket, key, class string) {
	s.change(bucket, key, func(o *Object) { o.StorageClass, o.archived, o.Restored = class, class != "", false })
}

// Thaw makes a copy of an archived object that can be read, as RestoreObject does.
func (s *Store) Thaw(bucket, key string) {
	s.change(bucket, key, func(o *Object) { o.Restored = true })
}

func (s *Store) change(bucket, key string, change func(*Object)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	object := s.buckets[bucket].objects[key]
	change(&object)
	s.buckets[bucket].objects[key] = object
}

// Delete removes the object with the given key, if there is one.
func (s *Store) Delete(bucket, key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[bucket]
	if b == nil {
		return
	}
	if object, ok := b.objects[key]; ok {
		os.Remove(object.path)
		delete(b.objects, key)
		i, _ := slices.BinarySearch(b.keys, key)
		b.keys = slices.Delete(b.keys, i, i+1)
	}
}

// Get returns the object with the given key, and whether there is one.
func (s *Store) Get(bucket, key string) (Object, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b := s.buckets[bucket]
	if b == nil {
		return Object{}, false
	}
	object, ok := b.objects[key]
	return object, ok
}

// Read returns the content of the object with the given key.
func (s *Store) Read(bucket, key string) ([]byte, error) {
	object, ok := s.Get(bucket, key)
	if !ok {
		return nil, fmt.Errorf("there is no object %q in bucket %q", key, bucket)
	}
	return os.ReadFile(object.path)
}

// Keys returns the keys that begin with the prefix, sorted by bytes.
func (s *Store) Keys(bucket, prefix string) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b := s.buckets[bucket]
	if b == nil {
		return nil
	}
	from, _ := slices.BinarySearch(b.keys, prefix)
	to := from
	for to < len(b.keys) && strings.HasPrefix(b.keys[to], prefix) {
		to++
	}
	return slices.Clone(b.keys[from:to])
}

// write makes a file of the content; nobody sees it before it is placed.
func (s *Store) write(content io.Reader) (Object, error) {
	file, err := os.CreateTemp(s.directory, "object-")
	if err != nil {
		return Object{}, err
	}
	sum, checksum := md5.New(), crc32.NewIEEE()
	size, err := io.Copy(io.MultiWriter(file, sum, checksum), content)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(file.Name())
		return Object{}, err
	}
	return Object{
		Size: size, ETag: hex.EncodeToString(sum.Sum(nil)), Modified: time.Now().UTC().Truncate(time.Second),
		path: file.Name(), crc32: base64.StdEncoding.EncodeToString(checksum.Sum(nil)),
	}, nil
}

// place puts the object under its key. Whoever is reading the one before it keeps
// an open file, and so reads that to its end.
func (s *Store) place(bucket, key string, object Object) error {
	return s.placeIf(bucket, key, object, func(Object, bool) error { return nil })
}

// placeIf is place, if the condition has no error about what is there.
func (s *Store) placeIf(bucket, key string, object Object, condition func(there Object, ok bool) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[bucket]
	if b == nil {
		os.Remove(object.path)
		return errNoSuchBucket(bucket)
	}
	before, ok := b.objects[key]
	if err := condition(before, ok); err != nil {
		os.Remove(object.path)
		return err
	}
	if ok {
		os.Remove(before.path)
	} else {
		i, _ := slices.BinarySearch(b.keys, key)
		b.keys = slices.Insert(b.keys, i, key)
	}
	b.objects[key] = object
	return nil
}

// Uploads is how many uploads in parts were begun, and neither completed nor
// aborted: S3 charges for what was uploaded of them.
func (s *Store) Uploads(bucket string) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.buckets[bucket].uploads)
}
