package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

// What a job is given that somebody else wrote: its shard's number, the manifest and the
// index. None of their objects is there, so a good shard is finished without a command.
func FuzzAShardIsThroughOrRefusedAndThenNothingIsWritten(f *testing.F) {
	const manifest = `{"key":"input/a","size":1,"etag":"x"}` + "\n" + `{"key":"input/b\n","size":2}` + "\n"
	index := string(
		contract.AppendIndexEntry(nil, contract.IndexEntry{Length: int64(len(manifest)), Objects: 2, Bytes: 3}),
	)
	f.Add("0", manifest, index)
	for _, number := range []string{"", "-1", "+0", "1", "9999", "10000", "99999999999999999999", "0x0", " 0", "٠", "0\x00"} {
		f.Add(number, manifest, index)
	}
	for _, broken := range []string{"", "\n", manifest + manifest, manifest[1:], manifest[:50], strings.Replace(manifest, "input/a", "output/a", 1), "{}\n{}\n", "\xff\x00"} {
		f.Add("0", broken, index)
	}
	for _, broken := range []string{"", index[1:], index[:len(index)-1], strings.ReplaceAll(index, "0", "9"), strings.ReplaceAll(index, "0", " ")} {
		f.Add("0", manifest, broken)
	}
	f.Fuzz(func(t *testing.T, number, manifest, index string) {
		j := newJob(t, "upper")
		j.putOnly(j.run.Manifest().Key, manifest)
		j.putOnly(contract.IndexAddress(j.run.Manifest()).Key, index)
		j.variables["AWS_BATCH_JOB_ARRAY_INDEX"] = number
		var log bytes.Buffer
		code := run(context.WithoutCancel(t.Context()), j.arguments(), j.environment(), &log)
		if code != contract.ExitDone && code != contract.ExitBroken {
			t.Errorf("got exit code %d; the log:\n%s", code, &log)
		}
		if finished := code == contract.ExitDone; finished != j.isFinished() || j.count("PUT", "output/") > 0 {
			t.Errorf("got exit code %d, and %d outputs", code, j.count("PUT", "output/"))
		}
		if j.isFinished() && len(j.results()) == 0 {
			t.Errorf("a shard without objects is finished; the manifest:\n%s", manifest)
		}
	})
}
