package main

import (
	"testing"

	"github.com/aws/aws-lambda-go/lambda"

	"batchjobwithlambda/batch/contract"
)

// The event is what the state machine sends, and the manifest what a person names in it.
func FuzzAnEventIsPlannedOrRefusedAndThenNothingIsWritten(f *testing.F) {
	const manifest = `{"key":"input/a","size":3}` + "\n"
	for _, event := range []string{
		``, `null`, `{}`, `[]`, `{"run":1}`, `{"run":"demo"}`, `{"run":"../demo"}`, `{"RUN":"demo","run":"demo2"}`,
		`{"run":"demo","started":"now","input":{}}`, `{"run":"demo","input":{"prefix":"a"}}`, `{"run":"demo","input":{"shards":1}}`,
		`{"run":"demo","input":{"shards":1e99}}`, `{"run":"demo","input":{"prefix":"\ud800"}}`, `{"run":"demo","input":{"objects":["input/a","input/b"]}}`,
		`{"run":"demo","input":{"objects":["input/gone"]}}`, `{"run":"old","input":{}}`, `{"run":"demo","input":{"prefix":"a","shards":2}}`,
		`{"run":"demo","job":{"command":["tr","{param.x}"],"parameters":{"x":"1"}},"input":{"parameters":{"x":"{in}"}}}`,
	} {
		f.Add(event, manifest)
	}
	for _, text := range []string{
		manifest, manifest + manifest, ``, "\n", `{"key":"input/a"`, `{"key":"output/a","size":1}` + "\n", `{"key":"input/a","size":9223372036854775807}` + "\n",
		`{"key":"input/\udc00","size":1}` + "\n", "\x00\xff",
	} {
		f.Add(`{"run":"demo","input":{"manifest":"s3://workspace/runs/old/failed.jsonl"}}`, text)
	}
	f.Add(`{"run":"demo","input":`+ofInventory+`}`, manifest)
	f.Fuzz(func(t *testing.T, event, manifest string) {
		w := newFixture(t)
		w.put(t, "input/a", "input/b")
		put(t, w.files, "runs/old/failed.jsonl", manifest)
		var plan contract.Plan
		_, err := lambda.NewHandler(func(r contract.PlanRequest) (contract.Plan, error) {
			var err error
			plan, err = w.handle(t.Context(), r)
			return plan, err
		}).Invoke(t.Context(), []byte(event))
		if err != nil {
			w.wantNothingWritten(t, "runs/old/failed.jsonl")
			return
		}
		run, err := contract.RunOf(mustParse(t, plan.BatchInput.Manifest))
		if err != nil {
			t.Fatal(err)
		}
		if shards := w.planned(t, run.ID); len(shards) != plan.Shards || int64(len(keys(shards))) != plan.Objects {
			t.Errorf("the answer is %+v, and the files have %d objects in %d shards", plan, len(keys(shards)), len(shards))
		}
	})
}

func mustParse(t *testing.T, text string) contract.Address {
	t.Helper()
	address, err := contract.ParseAddress(text)
	if err != nil {
		t.Fatal(err)
	}
	return address
}
