package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/people"
)

// downloadsAtOnce is how many files are downloaded at the same time, each by several requests.
const downloadsAtOnce = 4

// digestBytes tell any two contents of the files apart that a pipeline ever has.
const digestBytes = 16

// reference are the files that the command reads beside its objects. They are downloaded when the
// first object has to be made, so that a job that skips all of its objects does without them.
type reference struct {
	s3       *objects.Client
	location contract.Location
	files    []contract.Object
	folder   string
	// digest is of the names and the contents of all files; empty if the command reads none.
	digest string

	once sync.Once
	err  error
}

// openReference finds the files of the job's command, if it reads any.
func openReference(ctx context.Context, client *objects.Client, j job) (*reference, error) {
	r := &reference{s3: client, location: j.settings.Files}
	if !j.template.Uses(contract.FilesDir) {
		return r, nil
	}
	digest := sha256.New()
	var bytes int64
	for file, err := range client.List(ctx, r.location) {
		if err != nil {
			return nil, err
		}
		name, _ := r.location.Name(file.Key)
		if file.Size == 0 && (name == "" || strings.HasSuffix(name, "/")) {
			continue // It only stands for a folder.
		}
		if !filepath.IsLocal(name) || path.Clean(name) != name {
			return nil, fmt.Errorf("files: got the key %q, want one that can be the path of a file", file.Key)
		}
		fmt.Fprintf(digest, "%q %q\n", name, file.ETag)
		r.files = append(r.files, file)
		bytes += file.Size
	}
	if len(r.files) == 0 {
		return nil, fmt.Errorf("files: got no objects below %s, want those that %s stands for in the command",
			r.location, contract.FilesDir)
	}
	r.digest = hex.EncodeToString(digest.Sum(nil)[:digestBytes])
	if err := fitsOnDisk(j.settings.Scratch, bytes); err != nil {
		return nil, err
	}
	var err error
	r.folder, err = os.MkdirTemp(j.settings.Scratch, "files-")
	return r, err
}

// close removes the files.
func (r *reference) close() {
	if r.folder != "" {
		_ = os.RemoveAll(r.folder) // It goes with the job's disk.
	}
}

// fitsOnDisk returns an error if the disk is too small for the files, even with nothing else on it.
func fitsOnDisk(scratch string, bytes int64) error {
	whole, _, err := diskOf(scratch)
	if err != nil {
		return err
	}
	if bytes <= whole {
		return nil
	}
	return fmt.Errorf("files: got %s, want no more than the job's disk has, %s: raise Job.ScratchGiB",
		people.Size(bytes), people.Size(whole))
}

// fetch downloads the files, the first time that it is called. An error is about no object.
func (r *reference) fetch(ctx context.Context) error {
	r.once.Do(func() {
		if err := r.download(ctx); err != nil {
			r.err = &jobError{err}
		}
	})
	return r.err
}

func (r *reference) download(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(downloadsAtOnce)
	for _, file := range r.files {
		group.Go(func() error { return r.save(ctx, file) })
	}
	return group.Wait()
}

// save downloads a file. One that has changed since it was listed is an error: outputs would say that
// they were made with another.
func (r *reference) save(ctx context.Context, object contract.Object) (err error) {
	name, _ := r.location.Name(object.Key)
	to := filepath.Join(r.folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return fmt.Errorf("files: make a folder for %q: %w", object.Key, err)
	}
	file, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o400)
	if err != nil {
		return fmt.Errorf("files: make a file of %q: %w", object.Key, err)
	}
	address := contract.Address{Bucket: r.location.Bucket, Key: object.Key}
	header, err := r.s3.Save(ctx, address, object.Size, file)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if objects.KindOf(err) == objects.NotFound || err == nil && header.ETag != object.ETag {
		err = errors.New("the file is another than was listed")
		return &objects.Error{Doing: "get", Address: address, Kind: objects.Changed, Err: err}
	}
	return err
}
