package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account"
	"batchjobwithlambda/test/account/s3"
)

// What the folder -out has of the pipeline's locations, in whichever buckets they are.
const (
	outputsFolder = "output"
	runsFolder    = "runs"
	// objectsFile keeps what a file cannot say of the object that it is.
	objectsFile = ".objects.jsonl"
)

// outFolder is a folder in which outputs and files of runs outlive the run.
type outFolder struct {
	path     string
	store    *s3.Store
	pipeline *account.Pipeline
}

// kept are the locations that the folder has, by the names of their folders.
func (f outFolder) kept() map[string]contract.Location {
	return map[string]contract.Location{outputsFolder: f.pipeline.Output, runsFolder: f.pipeline.Runs}
}

// runFile is the path of a file of the pipeline's runs.
func (f outFolder) runFile(address contract.Address) string {
	return filepath.Join(f.path, runsFolder, strings.TrimPrefix(address.Key, f.pipeline.Runs.Prefix))
}

// keptObject is a line of the objectsFile.
type keptObject struct {
	// Key is the path of the object's file.
	Key      string            `json:"key"`
	Size     int64             `json:"size"`
	ETag     string            `json:"etag"`
	Metadata map[string]string `json:"metadata,omitempty"`
}

// upload makes an object of the location of every file below the folder, and says of how many.
func (f outFolder) upload(folder string, to contract.Location) (int, error) {
	count := 0
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(folder, name)
		if err != nil {
			return err
		}
		key := to.Prefix + filepath.ToSlash(relative)
		if err := contract.CheckKey(key); err != nil {
			return fmt.Errorf("file %q cannot become an object: %w", name, err)
		}
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		defer file.Close()
		if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
			return errors.Join(err, fmt.Errorf("%q is not a regular file", name))
		}
		count++
		_, err = f.store.Put(to.Bucket, key, file, nil)
		return err
	})
	return count, err
}

// restore puts back what an earlier run kept. A file that was changed or removed since is as an
// object that is gone.
func (f outFolder) restore() error {
	text, err := os.ReadFile(filepath.Join(f.path, objectsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for decoder := json.NewDecoder(bytes.NewReader(text)); ; {
		var object keptObject
		if err := decoder.Decode(&object); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("%s in %s: %w", objectsFile, f.path, err)
		}
		if err := f.restoreObject(object); err != nil {
			return err
		}
	}
}

func (f outFolder) restoreObject(object keptObject) error {
	folder, name, _ := strings.Cut(object.Key, "/")
	location, ok := f.kept()[folder]
	if !ok {
		return fmt.Errorf("%s in %s: got %q, want a file below %s or %s", objectsFile, f.path, object.Key, outputsFolder, runsFolder)
	}
	if location.Address(name) == contract.LockAddress(f.pipeline.Runs) {
		return nil // Whoever had it ended with its process.
	}
	root, err := os.OpenRoot(f.path)
	if err != nil {
		return err
	}
	defer root.Close()
	file, err := root.Open(object.Key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || info.Size() != object.Size {
		return err
	}
	return f.store.Restore(location.Bucket, location.Prefix+name, file, object.ETag, object.Metadata)
}

// save writes the outputs and the files of runs to the folder. A key that cannot be a file's
// name is an error, after all others were written.
func (f outFolder) save() error {
	if err := os.MkdirAll(f.path, 0o777); err != nil {
		return err
	}
	root, err := os.OpenRoot(f.path)
	if err != nil {
		return err
	}
	defer root.Close()
	var list bytes.Buffer
	var problems []error
	kept := f.kept()
	for _, folder := range slices.Sorted(maps.Keys(kept)) {
		location := kept[folder]
		for _, key := range f.store.Keys(location.Bucket, location.Prefix) {
			object, _ := f.store.Get(location.Bucket, key)
			name := folder + "/" + strings.TrimPrefix(key, location.Prefix)
			if err := saveObject(root, name, object); err != nil {
				problems = append(problems, fmt.Errorf("object %q cannot become a file: %w", key, err))
				continue
			}
			line := keptObject{Key: name, Size: object.Size, ETag: object.ETag, Metadata: object.Metadata}
			if err := json.NewEncoder(&list).Encode(line); err != nil {
				return err
			}
		}
	}
	problems = append(problems, root.WriteFile(objectsFile, list.Bytes(), 0o666))
	return errors.Join(problems...)
}

func saveObject(root *os.Root, name string, object s3.Object) (err error) {
	if path.Clean(name) != name {
		return errors.New("its key is not a path of a file")
	}
	content, err := object.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	if err := root.MkdirAll(path.Dir(name), 0o777); err != nil {
		return err
	}
	file, err := root.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = io.Copy(file, content)
	return err
}
