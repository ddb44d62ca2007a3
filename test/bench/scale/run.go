package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"batchjobwithlambda/test/local/lambda"
)

// usage is what an invocation took.
type usage struct {
	time time.Duration
	// cpu is how long it computed: what is left of its time when nobody else needs the core.
	cpu     time.Duration
	peakMiB int
}

// build builds both functions into the folder, from anywhere in the module.
func build(folder string) error {
	command := exec.Command("go", "build", "-o", folder+"/", "batchjobwithlambda/lambda/preprocess", "batchjobwithlambda/lambda/collect")
	command.Stderr = os.Stderr
	return command.Run()
}

// invoke runs the function against the stand-in, on one core as it has on AWS Lambda,
// and decodes its answer.
func invoke(ctx context.Context, program string, s *standIn, settings map[string]string, request, answer any) (usage, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return usage{}, err
	}
	server := &http.Server{Handler: s}
	go server.Serve(listener)
	defer server.Close()
	event, err := json.Marshal(request)
	if err != nil {
		return usage{}, err
	}
	// The wrapper leaves the number of its process, which the program then has.
	pid := program + ".pid"
	os.Remove(pid) // Of the invocation before.
	wrapper := program + ".sh"
	if err := os.WriteFile(wrapper, fmt.Appendf(nil, "#!/bin/sh\necho $$ > %s\nexec taskset -c 0 %s\n", pid, program), 0o755); err != nil {
		return usage{}, err
	}
	environment := []string{
		"AWS_ENDPOINT_URL=http://" + listener.Addr().String(), "AWS_REGION=eu-north-1",
		"AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", "AWS_S3_USE_PATH_STYLE=true",
		"TMPDIR=" + filepath.Dir(program),
	}
	for name, value := range settings {
		environment = append(environment, name+"="+value)
	}
	function := &lambda.Function{
		Name: filepath.Base(program), Program: wrapper, Environment: environment, MemoryMiB: 1769, Timeout: 15 * time.Minute,
		Log: func() (io.WriteCloser, error) { return logs{os.Stderr}, nil },
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watched := make(chan usage)
	go func() { watched <- watch(ctx, pid) }()
	start := time.Now()
	response, err := function.Invoke(ctx, event)
	took := time.Since(start)
	cancel()
	used := <-watched
	used.time = took
	if err != nil {
		return used, err
	}
	return used, json.Unmarshal(response, answer)
}

// logs stay open after an invocation.
type logs struct{ io.Writer }

func (logs) Close() error { return nil }

// watch returns what the process used while ctx lived: its largest memory, and its CPU time.
func watch(ctx context.Context, pidFile string) usage {
	const tick = 10 * time.Millisecond // Of /proc; see proc_pid_stat(5).
	var used usage
	for ; ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		pid, err := os.ReadFile(pidFile)
		process := "/proc/" + strings.TrimSpace(string(pid))
		if err != nil || process == "/proc/" { // It has not started yet.
			continue
		}
		status, _ := os.ReadFile(process + "/status")
		if _, rest, ok := strings.Cut(string(status), "VmHWM:"); ok {
			kib, _ := strconv.Atoi(strings.Fields(rest)[0])
			used.peakMiB = max(used.peakMiB, kib/1024)
		}
		stat, _ := os.ReadFile(process + "/stat")
		if fields := strings.Fields(string(stat)); len(fields) > 14 {
			user, _ := strconv.Atoi(fields[13])
			system, _ := strconv.Atoi(fields[14])
			used.cpu = max(used.cpu, time.Duration(user+system)*tick)
		}
	}
	return used
}
