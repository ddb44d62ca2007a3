package contract

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// RunsPrefix is where the pipeline keeps its own files, apart from input and output.
const RunsPrefix = "runs/"

const (
	manifestExtension = ".jsonl"
	indexExtension    = ".index"
	resultExtension   = ".jsonl"
)

// runID is stricter than the name of an execution, which may hold any Unicode
// ("StartExecution", AWS Step Functions API Reference: 1 to 80 characters): the
// name becomes part of keys, and CloudWatch cannot log a name that is not ASCII.
var runID = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}$`)

// Run is one execution of the pipeline, and knows where its files are.
type Run struct {
	Bucket string
	// ID is the execution's name.
	ID string
}

// NewRun returns the run of the execution with the given name. It returns an
// *InvalidInput when the name cannot be part of a key.
func NewRun(bucket, name string) (Run, error) {
	if !runID.MatchString(name) {
		return Run{}, &InvalidInput{
			Field: "name", Value: name,
			Allowed: "an execution name of 1 to 80 ASCII letters, digits, '-', '_' and '.', not beginning with '-' or '.'",
		}
	}
	return Run{Bucket: bucket, ID: name}, nil
}

// RunOf returns the run that the manifest belongs to, the reverse of [Run.Manifest]. It
// returns an error when the address is that of no run's manifest.
func RunOf(manifest Address) (Run, error) {
	id, _, _ := strings.Cut(strings.TrimPrefix(manifest.Key, RunsPrefix), "/")
	run, err := NewRun(manifest.Bucket, id)
	if err != nil || run.Manifest() != manifest {
		return Run{}, fmt.Errorf(
			"%q is not the address of a run's manifest, such as %q",
			manifest,
			Run{manifest.Bucket, "RUN"}.Manifest(),
		)
	}
	return run, nil
}

// Prefix is what the keys of all files of the run begin with.
func (r Run) Prefix() string { return RunsPrefix + r.ID + "/" }

// Manifest is the list of the run's objects; see [ReadManifest].
func (r Run) Manifest() Address { return r.address("manifest" + manifestExtension) }

// Results is the prefix below which each shard leaves its result; see [ResultAddress].
func (r Run) Results() Address { return r.address("results/") }

// Report is the [Report] of the run.
func (r Run) Report() Address { return r.address("report.json") }

// Failed is the manifest of the objects that failed.
func (r Run) Failed() Address { return r.address("failed.jsonl") }

func (r Run) address(name string) Address {
	return Address{Bucket: r.Bucket, Key: r.Prefix() + name}
}

// IndexAddress is where the index of a manifest is kept; see [IndexEntry].
func IndexAddress(manifest Address) Address {
	manifest.Key = strings.TrimSuffix(manifest.Key, manifestExtension) + indexExtension
	return manifest
}

// ResultAddress is where the shard with the given number, counted from 0, leaves
// its result, below the address that [Run.Results] gave.
func ResultAddress(results Address, shard int) Address {
	results.Key += strconv.Itoa(shard) + resultExtension
	return results
}

// OutputKey is the key under which the output of the object with the given key
// belongs. It returns an error when the key is not below the input prefix, or when
// the output's key would be longer than S3 allows.
func (s WorkSettings) OutputKey(key string) (string, error) {
	name, ok := strings.CutPrefix(key, s.InputPrefix)
	if !ok || name == "" {
		return "", fmt.Errorf("key %q is not below the input prefix %q", key, s.InputPrefix)
	}
	output := s.OutputPrefix + name + s.OutputSuffix
	if len(output) > MaxKeyBytes {
		return "", fmt.Errorf("the output's key would have %d bytes: S3 allows %d", len(output), MaxKeyBytes)
	}
	return output, nil
}
