package contract

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// RunsPrefix is the prefix of the location where a pipeline keeps its own files, if its
// settings name no other.
const RunsPrefix = "runs/"

const (
	manifestExtension = ".jsonl"
	indexExtension    = ".index"
	resultExtension   = ".jsonl"

	manifestName = "manifest" + manifestExtension
)

// runID is stricter than the name of an execution, which may hold any Unicode
// ("StartExecution", AWS Step Functions API Reference: 1 to 80 characters): the
// name becomes part of keys, and CloudWatch cannot log a name that is not ASCII.
var runID = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}$`)

// Run is one execution of the pipeline, and knows where its files are.
type Run struct {
	// Runs is where the pipeline keeps the files of all runs.
	Runs Location
	// ID is the execution's name.
	ID string
	// Large says that it is the run's second round; see [Run.ForLarge].
	Large bool
}

// NewRun returns the run of the execution with the given name. It returns an
// *InvalidInput when the name cannot be part of a key.
func NewRun(runs Location, name string) (Run, error) {
	if !runID.MatchString(name) {
		return Run{}, &InvalidInput{
			Field: "name",
			Value: quote(name),
			Want:  "an execution name of 1 to 80 ASCII letters, digits, '-', '_' and '.', not beginning with '-' or '.'",
		}
	}
	return Run{Runs: runs, ID: name}, nil
}

// RunOf returns the run that the manifest belongs to, the reverse of [Run.Manifest]. It
// returns an error when the address is not that of a run's manifest.
func RunOf(manifest Address) (Run, error) {
	folder, ok := strings.CutSuffix(manifest.Key, "/"+manifestName)
	large := false
	if !ok {
		folder, ok = strings.CutSuffix(manifest.Key, "/"+largeName+manifestExtension)
		large = ok
	}
	id := folder[strings.LastIndex(folder, "/")+1:]
	run, err := NewRun(Location{Bucket: manifest.Bucket, Prefix: strings.TrimSuffix(folder, id)}, id)
	if !ok || err != nil {
		return Run{}, fmt.Errorf("manifest: got %q, want s3://BUCKET/PREFIX/RUN/%s", manifest, manifestName)
	}
	run.Large = large
	return run, nil
}

// Location is where all files of the run are.
func (r Run) Location() Location {
	return Location{Bucket: r.Runs.Bucket, Prefix: r.Runs.Prefix + r.ID + "/"}
}

// Manifest is the list of the run's objects; see [ReadManifest].
func (r Run) Manifest() Address {
	if r.Large {
		return r.Location().Address(largeName + manifestExtension)
	}
	return r.Location().Address(manifestName)
}

// Results is where each shard leaves its result; see [ResultAddress].
func (r Run) Results() Location {
	files := r.Location()
	results := Location{Bucket: files.Bucket, Prefix: files.Prefix + "results/"}
	if r.Large {
		results.Prefix += largeName + "/"
	}
	return results
}

// Report is the [Report] of the run.
func (r Run) Report() Address { return r.Location().Address("report.json") }

// Failed is the manifest of the objects that failed.
func (r Run) Failed() Address { return r.Location().Address("failed.jsonl") }

// IndexAddress is where the index of a manifest is kept; see [IndexEntry].
func IndexAddress(manifest Address) Address {
	manifest.Key = strings.TrimSuffix(manifest.Key, manifestExtension) + indexExtension
	return manifest
}

// ResultAddress is where the shard with the given number, counted from 0, leaves
// its result, below the location that [Run.Results] gave.
func ResultAddress(results Location, shard int) Address {
	return results.Address(strconv.Itoa(shard) + resultExtension)
}
