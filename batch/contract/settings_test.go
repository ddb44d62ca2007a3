package contract_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"batchjobwithlambda/batch/contract"
)

// environ is what os.Environ gives to a program with the variables.
func environ(variables map[string]string) []string {
	list := []string{"PATH=/usr/bin", "EMPTY="}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		list = append(list, name+"="+variables[name])
	}
	return list
}

type settings interface {
	Variables() map[string]string
	Check() error
}

func survives[T settings](t *testing.T, want T) {
	t.Helper()
	got, err := contract.ReadSettings[T](environ(want.Variables()))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v and %v, want %+v", got, err, want)
	}
}

func TestSettingsSurviveTheEnvironment(t *testing.T) {
	survives(t, planSettings)
	survives(t, contract.PlanSettings{
		Input:      contract.Location{Bucket: "b", Prefix: " in=put, $HOME/ ${X}/"},
		Output:     contract.Location{Bucket: "b", Prefix: "output/"},
		Runs:       contract.Location{Bucket: "c"},
		MaxShards:  1,
		ShardTime:  10 * time.Minute,
		ShardBytes: 1,
		RunLimit:   time.Hour,
	})
	collect := contract.CollectSettings{
		Input:       contract.Location{Bucket: "in"},
		Output:      contract.Location{Bucket: "out", Prefix: "output/"},
		Runs:        contract.Location{Bucket: "b", Prefix: "runs/"},
		Environment: "prod",
		Pipeline:    "thumbnails",
	}
	survives(t, collect)
	collect.OutputSuffix = ".gz"
	survives(t, collect)
	work := contract.WorkSettings{
		Input:       contract.Location{Bucket: "in"},
		Output:      contract.Location{Bucket: "out", Prefix: "output/"},
		Concurrency: 64,
		MemoryMiB:   2048, ObjectLimit: 90 * time.Second, Scratch: "/scratch",
	}
	survives(t, work)
	work.OutputSuffix = ".gz"
	survives(t, work)
	work.StoreAs = contract.StoreAs{
		Class:         "STANDARD_IA",
		Tags:          contract.EncodeTags(map[string]string{"team": "blue & green", "a": ""}),
		CacheControl:  "max-age=60, public",
		InputMetadata: true,
	}
	survives(t, work)
	work.Batch = contract.Batch{Objects: 100, Bytes: 1 << 40}
	survives(t, work)
	work.Buckets = contract.Buckets{"in": {Region: "eu-west-1", RequesterPays: true}, "out": {Region: "us-west-2"}}
	survives(t, work)
}

func TestAMissingVariableIsNamedBesideAllOtherErrors(t *testing.T) {
	_, err := contract.ReadSettings[contract.PlanSettings]([]string{"MAX_SHARDS=many", "INPUT="})
	for _, name := range []string{"INPUT", "RUNS", "MaxShards", "SHARD_BYTES"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want it to name %s", err, name)
		}
	}
}

func TestSettingsOutOfTheirBoundsAreNamedAllAtOnce(t *testing.T) {
	err := contract.PlanSettings{MaxShards: contract.MaxArraySize + 1, ShardBytes: -1}.Check()
	for _, name := range []string{"MAX_SHARDS: got 10001", "SHARD_TIME: got 0s", "SHARD_BYTES: got -1"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want it to name %s", err, name)
		}
	}
	for _, concurrency := range []int{0, -1, 65} {
		if (contract.WorkSettings{Concurrency: concurrency}).Check() == nil {
			t.Errorf("accepted a concurrency of %d", concurrency)
		}
	}
}

func TestAJobKnowsItsShard(t *testing.T) {
	const name = "AWS_BATCH_JOB_ARRAY_INDEX"
	if shard, err := contract.ShardNumber([]string{"PATH=/usr/bin"}); err != nil || shard != 0 {
		t.Errorf("a job of no array: got %d and %v, want 0", shard, err)
	}
	if shard, err := contract.ShardNumber([]string{name + "=9999"}); err != nil || shard != 9999 {
		t.Errorf("the last child: got %d and %v, want 9999", shard, err)
	}
	for _, text := range []string{"", "-1", "+1", "10000", "1.0", " 1", "0x1", "99999999999999999999"} {
		if shard, err := contract.ShardNumber([]string{name + "=" + text}); err == nil {
			t.Errorf("%q: accepted as %d", text, shard)
		}
	}
}

func TestAJobKnowsItsAttempt(t *testing.T) {
	const name = "AWS_BATCH_JOB_ATTEMPT"
	if attempt, err := contract.AttemptNumber([]string{"PATH=/usr/bin"}); err != nil || attempt != 1 {
		t.Errorf("a job without AWS Batch: got %d and %v, want 1", attempt, err)
	}
	if attempt, err := contract.AttemptNumber([]string{name + "=10"}); err != nil || attempt != 10 {
		t.Errorf("the last attempt: got %d and %v, want 10", attempt, err)
	}
	for _, text := range []string{"", "0", "-1", "+1", "01", "11", "1.0", " 1"} {
		if attempt, err := contract.AttemptNumber([]string{name + "=" + text}); err == nil {
			t.Errorf("%q: accepted as %d", text, attempt)
		}
	}
}

func FuzzSettingsThatAreReadSurviveTheEnvironment(f *testing.F) {
	f.Add("s3://files/input/", "s3://files/", "10000", "1073741824")
	f.Add("", "", "", "")
	f.Add("s3://b/$HOME=${X},/", "s3://b//", "0", "-1")
	f.Add("s3://b\x00/", "\xff", "1e3", "0x10")
	f.Fuzz(func(t *testing.T, input, runs, shards, bytes string) {
		read, err := contract.ReadSettings[contract.PlanSettings](environ(map[string]string{
			"INPUT": input, "RUNS": runs, "MAX_SHARDS": shards, "SHARD_BYTES": bytes,
		}))
		if err != nil {
			return
		}
		survives(t, read)
	})
}
