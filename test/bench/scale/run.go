package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"batchjobwithlambda/test/account/lambda"
	"batchjobwithlambda/test/bench/pace"
	"batchjobwithlambda/test/bench/program"
)

// started is when the execution began that the functions are told of.
const started = "2026-11-22T18:30:00Z"

// invoke runs the function against the stand-in, on one core as it has on AWS Lambda,
// and decodes its answer.
func invoke(path string, s *standIn, settings map[string]string, request, answer any) (program.Usage, error) {
	server, environment, err := program.Serve(s, pace.Service{})
	if err != nil {
		return program.Usage{}, err
	}
	defer server.Close()
	event, err := json.Marshal(request)
	if err != nil {
		return program.Usage{}, err
	}
	pinned, pidFile, err := program.Pinned(path)
	if err != nil {
		return program.Usage{}, err
	}
	os.Remove(pidFile) // Of the invocation before.
	environment = append(environment, "TMPDIR="+filepath.Dir(path))
	for name, value := range settings {
		environment = append(environment, name+"="+value)
	}
	function := &lambda.Function{
		Name: filepath.Base(path), Program: pinned, Environment: environment, MemoryMiB: 1769, Timeout: 15 * time.Minute,
		Log: func() (io.WriteCloser, error) { return logs{os.Stderr}, nil },
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	watched := make(chan program.Usage)
	go func() {
		watched <- program.Watch(ctx, func() string {
			pid, _ := os.ReadFile(pidFile)
			return strings.TrimSpace(string(pid))
		})
	}()
	start := time.Now()
	response, err := function.Invoke(ctx, event)
	took := time.Since(start)
	cancel()
	used := <-watched
	used.Time = took
	if err != nil {
		return used, err
	}
	return used, json.Unmarshal(response, answer)
}

// logs stay open after an invocation.
type logs struct{ io.Writer }

func (logs) Close() error { return nil }
