package main

import (
	"bytes"
	"strings"
	"testing"

	"batchjobwithlambda/stacks/environments"
)

func TestAnEnvironmentIsPrintedWithItsDefaults(t *testing.T) {
	environment, err := environments.All.Named("dev")
	if err != nil {
		t.Fatal(err)
	}
	var printed bytes.Buffer
	if err := environment.Write(&printed); err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for line := range strings.Lines(printed.String()) {
		field, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		values[field] = strings.TrimSpace(value)
	}
	for field, want := range map[string]string{
		"Name":                                    "dev",
		"Account":                                 "none",
		"Network.Kind":                            "public",
		"Compute.MaxVCPUs":                        "16",
		"Retention.KeepData":                      "false",
		"Retention.Protected":                     "false",
		"Security.FunctionConcurrency":            "0",
		"Tags":                                    "none",
		"Pipelines[0].Name":                       "main",
		"Pipelines[0].Command":                    `["gzip" "-9"]`,
		"Pipelines[0].Input.Bucket":               "none",
		"Pipelines[0].Input.Prefix":               "input/",
		"Pipelines[0].Shards.Bytes":               "8388608",
		"Pipelines[0].Job.VCPU":                   "1",
		"Pipelines[0].RunLimit":                   "1h0m0s",
		"Pipelines[0].ToleratedFailurePercentage": "0",
	} {
		if values[field] != want {
			t.Errorf("%s is %q, want %q", field, values[field], want)
		}
	}
}
