package main

import (
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

func TestACommandGetsItsVariablesAndSecretsAndNoneOfTheJobs(t *testing.T) {
	j := newJob(t, "environment")
	j.variables["VARIABLE_INPUT"] = "its own"
	j.variables["SECRET_API_KEY"] = "s3cr3t"
	j.put("a", "")
	j.finish()
	output, err := j.s3.Read(outBucket, "output/a.out")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"INPUT=its own":  true,
		"API_KEY=s3cr3t": true,
		"SECRET_":        false,
		"VARIABLE_":      false,
		"s3://":          false,
		"AWS_":           false,
	} {
		if strings.Contains(string(output), text) != want {
			t.Errorf("%q is in its environment: %v, want %v:\n%s", text, !want, want, output)
		}
	}
}

func TestASecretIsInNoLogAndNoResult(t *testing.T) {
	j := newJob(t, "fail", "3", "0", "401 for key s3cr3t")
	j.variables["SECRET_API_KEY"] = "s3cr3t"
	j.put("a", "")
	code, log := j.start(t.Context())
	if code != contract.ExitDone || strings.Contains(log, "s3cr3t") {
		t.Errorf("got exit code %d and the log\n%s", code, log)
	}
	if got := j.results()[0].Reason; got != "401 for key [secret]" {
		t.Errorf("got the reason %q", got)
	}
	for _, key := range j.s3.Keys(runBucket, "") {
		file, err := j.s3.Read(runBucket, key)
		if err != nil || strings.Contains(string(file), "s3cr3t") {
			t.Errorf("the secret is in %s (%v)", key, err)
		}
	}
}
