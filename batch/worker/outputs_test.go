package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// someOutputs returns a job whose S3 has these outputs, and what tells about them.
func someOutputs(t *testing.T, keys []string) (*testJob, *outputs) {
	t.Helper()
	j := newJob(t, "upper")
	for _, key := range keys {
		if _, err := j.s3.Put(outBucket, key, strings.NewReader(""), nil); err != nil {
			t.Fatal(err)
		}
	}
	client, err := objects.Open(t.Context(), objects.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return j, &outputs{s3: client, location: contract.Location{Bucket: outBucket, Prefix: "output/"}}
}

func TestOutputsAreFoundInWhateverOrderTheyAreAskedFor(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	letters := []rune("ab!.\x01/ü\U0010ffff")
	key := func() string {
		name := make([]rune, 1+random.IntN(4))
		for i := range name {
			name[i] = letters[random.IntN(len(letters))]
		}
		return "output/" + string(name) + ".gz"
	}
	exists := map[string]bool{}
	var keys []string
	for len(keys) < 1200 {
		if k := key(); !exists[k] {
			exists[k] = true
			keys = append(keys, k)
		}
	}
	_, outputs := someOutputs(t, append(keys, "input/a", "outputs"))
	asked := make([]string, 150)
	for i := range asked {
		asked[i] = key()
	}
	for name, order := range map[string]func(){
		"any order": func() {}, "sorted": func() { slices.Sort(asked) }, "backwards": func() { slices.Reverse(asked) },
		"sorted without the suffix": func() {
			slices.SortFunc(asked, func(a, b string) int {
				return strings.Compare(strings.TrimSuffix(a, ".gz"), strings.TrimSuffix(b, ".gz"))
			})
		},
	} {
		order()
		for _, k := range asked {
			if got, err := outputs.exists(t.Context(), k); err != nil || got != exists[k] {
				t.Fatalf("%s: %q: got %v, %v, want %v", name, k, got, err, exists[k])
			}
		}
	}
}

func TestTwoRequestsAnswerForAThousandOutputs(t *testing.T) {
	var keys []string
	for i := range 2100 {
		keys = append(keys, fmt.Sprintf("output/%04d", i))
	}
	j, outputs := someOutputs(t, keys)
	for _, key := range keys {
		for _, key := range []string{key, key + "a"} {
			if got, err := outputs.exists(t.Context(), key); err != nil || got == strings.HasSuffix(key, "a") {
				t.Fatalf("%q: got %v, %v", key, got, err)
			}
		}
	}
	if got := j.count("GET", ""); got != 6 {
		t.Errorf("got %d requests for 2,100 outputs, want 6", got)
	}
}

func TestOneWhoIsLateDoesNotTakeThePageFromTheOthers(t *testing.T) {
	j, outputs := someOutputs(t, []string{"output/a", "output/b", "output/c"})
	for _, key := range []string{"output/b", "output/a", "output/c"} {
		if got, err := outputs.exists(t.Context(), key); err != nil || !got {
			t.Fatalf("%q: got %v, %v", key, got, err)
		}
	}
	if got := j.count("GET", ""); got != 3 {
		t.Errorf("got %d requests, want 2 for the page and 1 for the late", got)
	}
}
