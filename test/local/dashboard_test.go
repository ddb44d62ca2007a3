package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"batchjobwithlambda/test/template"
)

var (
	// jobsQuery is a query for what jobs have written, fieldRead a field that it reads, and fieldIs what
	// it wants in one.
	jobsQuery = regexp.MustCompile(`filter (msg|level) = '[^"]+`)
	fieldRead = regexp.MustCompile(`(?:max|sum)\((\w{2,})\)|@timestamp, (msg), (key), (exit_code), (reason)`)
	fieldIs   = regexp.MustCompile(`\b(?:msg|level) = '\w+'`)
)

// The worker, whose log this is, and the dashboard have nothing else in common.
func TestWhatTheDashboardAsksOfTheJobsLogIsInIt(t *testing.T) {
	out := t.TempDir()
	o := options{in: "sample", out: out, input: `{}`, environment: "dev"}
	if _, err := o.run(t.Context(), changed(t, command(`[ "$(wc -c)" != 0 ]`)), t.TempDir(), io.Discard); err != nil {
		t.Fatal(err)
	}
	written := map[string]bool{
		// What only a job writes that works for longer, or that has to stop.
		"msg = 'working'": true, "msg = 'stopped'": true, "level = 'ERROR'": true,
	}
	logs, err := filepath.Glob(filepath.Join(out, "logs", "*", "job-*.log"))
	if err != nil || len(logs) == 0 {
		t.Fatalf("got no logs of jobs: %v", err)
	}
	for _, path := range logs {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			fields := map[string]any{}
			if err := json.Unmarshal([]byte(line), &fields); err != nil {
				t.Fatal(err)
			}
			for name, value := range fields {
				text, _ := value.(string)
				written[name], written[name+" = '"+text+"'"] = true, true
			}
		}
	}
	page := template.Render(dev.template.OfType("AWS::CloudWatch::Dashboard")[0].Properties["DashboardBody"])
	queries := strings.Join(jobsQuery.FindAllString(page, -1), "\n")
	wanted := fieldIs.FindAllString(queries, -1)
	for _, match := range fieldRead.FindAllStringSubmatch(queries, -1) {
		wanted = append(wanted, match[1:]...)
	}
	if len(wanted) < 12 {
		t.Errorf("the dashboard asks the jobs' log for %q, want more", wanted)
	}
	for _, want := range wanted {
		if want != "" && !written[want] {
			t.Errorf("no job has written %s, which the dashboard asks for in:\n%s", want, queries)
		}
	}
}
