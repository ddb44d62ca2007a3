package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/lambda"
	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/bench/program"
)

const (
	firstResponse = 50 * time.Millisecond
	starts        = 15
)

// question is an event that the function answers without asking S3.
type question struct {
	function  string
	variables map[string]string
	event     any
	failure   string // The type of the error that is the answer, if it is one.
}

var files = contract.Location{Bucket: "files"}

var questions = []question{
	{
		"preprocess",
		contract.PlanSettings{Input: files, Runs: files, MaxShards: 1, ShardTime: time.Minute}.Variables(),
		contract.PlanRequest{Run: "bench", Input: contract.RawInput(`{"nobody knows": "this field"}`)},
		"InvalidInput",
	},
	{
		"collect",
		contract.CollectSettings{
			Input:       files,
			Output:      files,
			Runs:        files,
			Environment: "bench",
			Pipeline:    "main",
		}.Variables(),
		contract.CollectRequest{
			Run:   "bench",
			State: json.RawMessage(`{"Error": "InvalidInput", "Cause": "nothing was started"}`),
		},
		"",
	},
}

func responses(ctx context.Context, sheet *figures.Sheet, folder string) error {
	for _, question := range questions {
		took, err := question.ask(ctx, filepath.Join(folder, question.function))
		if err != nil {
			return fmt.Errorf("%s: %w", question.function, err)
		}
		sheet.AtMost(
			"first response of "+question.function+", after its process started",
			took,
			float64(firstResponse.Milliseconds()),
			"ms",
			"on one core, without network",
		)
	}
	return nil
}

func (q question) ask(ctx context.Context, path string) (figures.Series, error) {
	pinned, _, err := program.Pinned(path)
	if err != nil {
		return nil, err
	}
	event, err := json.Marshal(q.event)
	if err != nil {
		return nil, err
	}
	environment := []string{"AWS_REGION=eu-north-1", "AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret"}
	for name, value := range q.variables {
		environment = append(environment, name+"="+value)
	}
	function := &lambda.Function{
		Name: q.function, Program: pinned, Environment: environment, MemoryMiB: 1769, Timeout: time.Minute,
		Log: func() (io.WriteCloser, error) { return os.OpenFile(os.DevNull, os.O_WRONLY, 0) },
	}
	var took figures.Series
	for range starts {
		start := time.Now()
		_, err := function.Invoke(ctx, event)
		took = append(took, time.Since(start).Seconds()*1000)
		failure, failed := errors.AsType[*lambda.FunctionError](err)
		if err != nil && !failed || failed && failure.Type != q.failure || !failed && q.failure != "" {
			return nil, fmt.Errorf("got error %v, want %q", err, q.failure)
		}
	}
	return took, nil
}
