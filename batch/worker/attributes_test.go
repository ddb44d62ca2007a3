package main

import (
	"maps"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	fakes3 "batchjobwithlambda/test/account/s3"
)

// putWith puts an object with metadata below the input prefix, and into the manifest.
func (j *testJob) putWith(name, content string, metadata map[string]string) {
	j.t.Helper()
	put, err := j.s3.Put(inBucket, "input/"+name, strings.NewReader(content), metadata)
	if err != nil {
		j.t.Fatal(err)
	}
	j.objects = append(j.objects, contract.Object{Key: "input/" + name, Size: put.Size, ETag: put.ETag})
}

func (j *testJob) output(name string) fakes3.Object {
	j.t.Helper()
	object, ok := j.s3.Get(outBucket, "output/"+name+".out")
	if !ok {
		j.t.Fatalf("there is no output of %q", name)
	}
	return object
}

func TestOutputsAreStoredAsTheSettingsSay(t *testing.T) {
	j := newJob(t, "upper")
	j.variables["STORE_CLASS"] = "ONEZONE_IA"
	j.variables["STORE_TAGS"] = "team=blue"
	j.variables["STORE_CACHE_CONTROL"] = "no-store"
	j.putWith("a", "content", map[string]string{"origin": "scan"})
	j.wantResults(done("a", 7, 7))
	output := j.output("a")
	got := output.Attributes
	if got.StorageClass != "ONEZONE_IA" || got.Tags["team"] != "blue" || got.CacheControl != "no-store" {
		t.Errorf("got %+v", got)
	}
	if output.Metadata["origin"] != "" {
		t.Errorf("got the metadata of the input, which nobody asked for: %v", output.Metadata)
	}
	result, _ := j.s3.Get(runBucket, contract.ResultAddress(j.run.Results(), 0).Key)
	if result.Attributes.StorageClass != "" || len(result.Attributes.Tags) > 0 {
		t.Errorf("a file of the run is stored as if it were an output: %+v", result.Attributes)
	}
}

// Only its metadata says whether an output is up to date, and that of an archived one can be had.
func TestAnArchivedOutputThatIsUpToDateIsSkipped(t *testing.T) {
	j := newJob(t, "upper")
	j.variables["STORE_CLASS"] = "DEEP_ARCHIVE"
	j.put("a", "content")
	j.wantResults(done("a", 7, 7))
	j.asRun("second")
	j.wantResults(contract.Result{Key: "input/a", Status: contract.Skipped})
}

func TestAnOutputHasTheMetadataOfItsInputBesideThatOfTheRun(t *testing.T) {
	for name, size := range map[string]int{"small": 7, "in parts": 9 << 20} {
		j := newJob(t, "upper")
		j.variables["STORE_INPUT_METADATA"] = "true"
		j.putWith("a", strings.Repeat("x", size), map[string]string{
			"origin":             "scan 7",
			contract.MetadataRun: "of another pipeline",
		})
		j.wantResults(done("a", int64(size), int64(size)))
		want := map[string]string{
			"origin":                    "scan 7",
			contract.MetadataSourceETag: j.objects[0].ETag,
			contract.MetadataCommand:    contract.Command(j.command).String(),
			contract.MetadataRun:        "first",
		}
		if got := j.output("a").Metadata; !maps.Equal(got, want) {
			t.Errorf("%s: got the metadata %v, want %v", name, got, want)
		}
	}
}

func TestAnInputWhoseMetadataDoesNotFitBesideOursFailsAlone(t *testing.T) {
	j := newJob(t, "upper")
	j.variables["STORE_INPUT_METADATA"] = "true"
	j.putWith("a", "content", map[string]string{"long": strings.Repeat("x", contract.MaxMetadataBytes-4)})
	j.put("b", "content")
	results := j.finish()
	if got := results[0]; got.Kind != contract.FailedTooLarge || !strings.Contains(got.Reason, "S3 allows 2048") {
		t.Errorf("got %+v", got)
	}
	if results[1].Status != contract.Done {
		t.Errorf("got %+v", results[1])
	}
	j.wantOutputs("b")
}
