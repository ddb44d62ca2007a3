package main

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/s3"
	"batchjobwithlambda/test/account/sns"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/proof"
	"batchjobwithlambda/test/template"
)

// openSeveral deploys the environment with several pipelines, and returns them by their names.
func openSeveral(t *testing.T) map[string]*pipeline {
	t.Helper()
	pipelines := openNamed(t, several)
	if names := slices.Sorted(maps.Keys(pipelines)); !slices.Equal(names, []string{"lower", "spread", "upper"}) {
		t.Fatalf("the pipelines are %q", names)
	}
	return pipelines
}

func TestPipelinesOfOneEnvironmentRunSideBySide(t *testing.T) {
	pipelines := openSeveral(t)
	var runs sync.WaitGroup
	for name, p := range pipelines {
		p.put(t, map[string]string{"a": "From " + name, "b": "And " + name})
		runs.Go(func() {
			result, err := p.Run(t.Context(), "run", json.RawMessage(`{}`))
			if err != nil || result.Status != statemachine.Succeeded {
				t.Errorf("%s ended %s with %q (%v)", name, result.Status, result.Error, err)
			}
		})
	}
	runs.Wait()
	for name, want := range map[string]map[string]string{
		"lower":  {"a.txt": "from lower", "b.txt": "and lower"},
		"upper":  {"a.txt": "FROM UPPER", "b.txt": "AND UPPER"},
		"spread": {"a": "From spread", "b": "And spread"},
	} {
		p := pipelines[name]
		p.wantCounts(t, "run", 2, 0, 0)
		if got := p.outputs(t); !maps.Equal(got, want) {
			t.Errorf("%s: got the outputs %q, want %q", name, got, want)
		}
		subject := "[several/" + name + "] SUCCEEDED"
		if !slices.ContainsFunc(p.messages, func(m sns.Message) bool { return strings.HasPrefix(m.Subject, subject) }) {
			t.Errorf("no message begins with %s: %v", subject, p.messages)
		}
	}
	for _, access := range pipelines["lower"].accesses {
		if access.Refused != nil {
			t.Errorf("it is refused: %v", access.Refused)
		}
		if whose := ownersOf(pipelines, access.Request.Principal); len(whose) > 1 {
			t.Errorf("%s is a role of %v", access.Request.Principal, whose)
		}
	}
}

// roles are the ARNs of the roles of what the pipeline consists of.
func (p *pipeline) roles() []string {
	roles := []string{p.Machine.Role}
	for _, function := range p.Functions {
		roles = append(roles, function.Caller.Role)
	}
	for _, definition := range p.Definitions {
		roles = append(roles, definition.ContainerProperties.JobRoleArn, definition.ContainerProperties.ExecutionRoleArn)
	}
	return roles
}

// ownersOf are the names of the pipelines that have the role.
func ownersOf(pipelines map[string]*pipeline, role string) []string {
	var names []string
	for name, p := range pipelines {
		if slices.Contains(p.roles(), role) {
			names = append(names, name)
		}
	}
	return names
}

// tag is the value of the tag that the pipeline's jobs have.
func (p *pipeline) tag(t *testing.T) string {
	t.Helper()
	var definition struct {
		States map[string]struct {
			Parameters struct{ Tags map[string]string }
		}
	}
	if err := json.Unmarshal(p.Machine.Definition, &definition); err != nil {
		t.Fatal(err)
	}
	tag := definition.States["Submit Batch Job"].Parameters.Tags["pipeline"]
	if tag == "" {
		t.Fatal("the jobs have no tag")
	}
	return tag
}

// own are requests for what is the pipeline's own, each of which one of its roles may make. They
// name no caller yet.
func (p *pipeline) own(t *testing.T) []iam.Request {
	t.Helper()
	caller, run := []string{""}, p.Files("run")
	object := func(a contract.Address) []string { return []string{s3.ARN(a.Bucket + "/" + a.Key)} }
	requests := slices.Concat(
		try(caller, "s3:GetObject", object(p.Input.Address("a"))),
		try(caller, "s3:GetObject s3:PutObject s3:AbortMultipartUpload", object(p.Output.Address("a"))),
		try(caller, "s3:GetObject s3:PutObject", object(run.Manifest())),
		try(caller, "s3:GetObject s3:PutObject", object(contract.ResultAddress(run.Results(), 0))),
		try(caller, "s3:GetObject s3:PutObject", object(run.Failed())),
		try(caller, "s3:PutObject", object(run.Report())),
		try(caller, "batch:TerminateJob", []string{template.ARN("batch", "job/1")}, "aws:ResourceTag/pipeline", p.tag(t)),
	)
	for _, location := range []contract.Location{p.Input, p.Output, p.Runs} {
		list := try(caller, "s3:ListBucket", []string{s3.ARN(location.Bucket)}, "s3:prefix", location.Prefix)
		requests = append(requests, list...)
	}
	for _, definition := range p.Definitions {
		submit := try(caller, "batch:SubmitJob", []string{definition.ARN}, "aws:RequestTag/pipeline", p.tag(t))
		requests = append(requests, submit...)
	}
	for _, function := range p.Functions {
		requests = append(requests, try(caller, "lambda:InvokeFunction", []string{function.ARN})...)
	}
	return requests
}

// mayAny reports whether one of the roles may make the request.
func mayAny(policies iam.Policies, roles []string, request iam.Request) bool {
	return slices.ContainsFunc(roles, func(role string) bool {
		request.Principal = role
		return policies.Check(request) == nil
	})
}

func TestAPipelineMayTouchNothingOfAnother(t *testing.T) {
	pipelines := openSeveral(t)
	policies := policiesOf(t, several)
	tried, refused := 0, 0
	for owner, its := range pipelines {
		for _, request := range its.own(t) {
			if !mayAny(policies, its.roles(), request) {
				t.Errorf("not even %s itself may %s on %s", owner, request.Action, request.Resource)
			}
			for other, p := range pipelines {
				if other == owner {
					continue
				}
				tried++
				if mayAny(policies, p.roles(), request) {
					t.Errorf("%s may %s on %s, which is %s's", other, request.Action, request.Resource, owner)
				} else {
					refused++
				}
			}
		}
	}
	proof.Row(t, "held", "refusals to one pipeline of what belongs to another in its environment", tried, refused)
}

func TestThreeBucketsHaveEachTheirOwn(t *testing.T) {
	p := openSeveral(t)["spread"]
	p.put(t, map[string]string{"a": "1\n"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Succeeded, "")
	buckets := map[string]string{p.Input.Bucket: p.Input.Prefix, p.Output.Bucket: p.Output.Prefix, p.Runs.Bucket: p.Runs.Prefix}
	if len(buckets) != 3 {
		t.Fatalf("the layout is %+v", p.Layout)
	}
	for bucket, prefix := range buckets {
		keys := p.store.Keys(bucket, "")
		if below := p.store.Keys(bucket, prefix); len(keys) == 0 || len(below) != len(keys) {
			t.Errorf("%s has %q, want some, all below %q", bucket, keys, prefix)
		}
	}
}

func TestASecondRunOverThreeBucketsSkipsWhatIsThere(t *testing.T) {
	out := t.TempDir()
	var printed bytes.Buffer
	o := options{in: "sample", out: out, input: `{"prefix":"letters/"}`, pipeline: "spread"}
	for _, want := range []string{"9 done, 0 skipped, 0 failed", "9 done by earlier runs, without a job"} {
		printed.Reset()
		if _, err := o.run(t.Context(), several, t.TempDir(), &printed); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(printed.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, printed.String())
		}
	}
	for name, want := range files(t, "sample/letters") {
		if got := files(t, filepath.Join(out, "output", "letters"))[name]; !bytes.Equal(got, want) {
			t.Errorf("the output of %q is %q", name, got)
		}
	}
}

func TestAPipelineIsChosenByItsName(t *testing.T) {
	for name, want := range map[string]string{
		"":        `-pipeline: got "", want one of lower, spread, upper`,
		"unknown": `-pipeline: got "unknown", want one of lower, spread, upper`,
	} {
		o := options{in: "sample", out: t.TempDir(), input: `{}`, pipeline: name}
		if _, err := o.run(t.Context(), several, t.TempDir(), io.Discard); err == nil || err.Error() != want {
			t.Errorf("got the error %v, want %s", err, want)
		}
	}
}
