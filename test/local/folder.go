package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/s3"
)

// objectsFile keeps what a file cannot say of the object that it is.
const objectsFile = ".objects.jsonl"

// bucketFolder is a folder in which all of a bucket but its input outlives the run.
type bucketFolder struct {
	path   string
	bucket string
	store  *s3.Store
	// input is what the keys begin with that are not kept.
	input string
}

// keptObject is a line of the objectsFile.
type keptObject struct {
	Key      string            `json:"key"`
	Size     int64             `json:"size"`
	ETag     string            `json:"etag"`
	Metadata map[string]string `json:"metadata,omitempty"`
}

// upload puts every file below the folder into the bucket, and says how many.
func (b bucketFolder) upload(folder string) (int, error) {
	count := 0
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(folder, name)
		if err != nil {
			return err
		}
		key := b.input + filepath.ToSlash(relative)
		if err := contract.CheckKey(key); err != nil {
			return fmt.Errorf("file %q cannot be an object: %w", name, err)
		}
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		defer file.Close()
		if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
			return errors.Join(err, fmt.Errorf("%q is no regular file", name))
		}
		count++
		_, err = b.store.Put(b.bucket, key, file, nil)
		return err
	})
	return count, err
}

// restore puts back what an earlier run left. A file that was changed or removed
// since is as an object that is gone.
func (b bucketFolder) restore() error {
	text, err := os.ReadFile(filepath.Join(b.path, objectsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for decoder := json.NewDecoder(bytes.NewReader(text)); ; {
		var kept keptObject
		if err := decoder.Decode(&kept); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("%s in %s: %w", objectsFile, b.path, err)
		}
		if err := b.restoreObject(kept); err != nil {
			return err
		}
	}
}

func (b bucketFolder) restoreObject(kept keptObject) error {
	root, err := os.OpenRoot(b.path)
	if err != nil {
		return err
	}
	defer root.Close()
	file, err := root.Open(kept.Key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || info.Size() != kept.Size {
		return err
	}
	return b.store.Restore(b.bucket, kept.Key, file, kept.ETag, kept.Metadata)
}

// save writes the bucket's objects, but not its input, to the folder. A key that
// cannot be a file's name is an error, after all others were written.
func (b bucketFolder) save() error {
	if err := os.MkdirAll(b.path, 0o777); err != nil {
		return err
	}
	root, err := os.OpenRoot(b.path)
	if err != nil {
		return err
	}
	defer root.Close()
	var list bytes.Buffer
	var problems []error
	for _, key := range b.store.Keys(b.bucket, "") {
		if strings.HasPrefix(key, b.input) {
			continue
		}
		object, _ := b.store.Get(b.bucket, key)
		if err := saveObject(root, key, object); err != nil {
			problems = append(problems, fmt.Errorf("object %q cannot be a file here: %w", key, err))
			continue
		}
		if err := json.NewEncoder(
			&list,
		).Encode(
			keptObject{Key: key, Size: object.Size, ETag: object.ETag, Metadata: object.Metadata},
		); err != nil {
			return err
		}
	}
	problems = append(problems, root.WriteFile(objectsFile, list.Bytes(), 0o666))
	return errors.Join(problems...)
}

func saveObject(root *os.Root, key string, object s3.Object) (err error) {
	if path.Clean(key) != key {
		return errors.New("its key is no path")
	}
	content, err := object.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	if err := root.MkdirAll(path.Dir(key), 0o777); err != nil {
		return err
	}
	file, err := root.Create(key)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = io.Copy(file, content)
	return err
}
