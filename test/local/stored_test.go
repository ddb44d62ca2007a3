package main

import (
	"reflect"
	"strings"
	"testing"

	"batchjobwithlambda/test/account/s3"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/template"
)

func TestOutputsAreStoredAsTheirPipelineSays(t *testing.T) {
	pipelines := openNamed(t, stored)
	for name, want := range map[string]s3.Attributes{
		"pages": {
			StorageClass: "STANDARD_IA",
			Tags:         map[string]string{"project": "web site", "stage": "2+1"},
			ContentType:  "text/html",
			CacheControl: "max-age=86400",
		},
		"plain": {
			ContentType: "text/html",
		},
	} {
		p := pipelines[name]
		author := map[string]string{"author": "A. Uthor"}
		if _, err := p.store.Put(p.Input.Bucket, p.Input.Prefix+"a.html", strings.NewReader("<p>"), author); err != nil {
			t.Fatal(err)
		}
		p.wantStatus(t, p.run(t, name, `{}`), statemachine.Succeeded, "")
		got, _ := p.store.Get(p.Output.Bucket, p.Output.Prefix+"a.html")
		if !reflect.DeepEqual(got.Attributes, want) {
			t.Errorf("%s: got an output with %+v, want %+v", name, got.Attributes, want)
		}
		if carried := got.Metadata["author"] != ""; carried != (name == "pages") {
			t.Errorf("%s: got the metadata %v", name, got.Metadata)
		}
		for _, key := range p.store.Keys(p.Runs.Bucket, p.Runs.Prefix) {
			if file, _ := p.store.Get(p.Runs.Bucket, key); file.Attributes.StorageClass != "" || len(file.Attributes.Tags) > 0 {
				t.Errorf("%s: a file of the run is stored with %+v", name, file.Attributes)
			}
		}
	}
}

func TestOnlyAJobWhoseOutputsHaveTagsMayTagThemAndNothingElse(t *testing.T) {
	pipelines, policies := openNamed(t, stored), policiesOf(t, stored)
	for name, p := range pipelines {
		for location, object := range map[string]string{
			"output": p.Output.Bucket + "/" + p.Output.Prefix + "a",
			"input":  p.Input.Bucket + "/" + p.Input.Prefix + "a",
			"runs":   p.Runs.Bucket + "/" + p.Runs.Prefix + "a",
		} {
			for _, request := range try(p.roles(), "s3:PutObjectTagging", []string{s3.ARN(object)}) {
				isJob := request.Principal == p.Definitions[0].ContainerProperties.JobRoleArn
				want := name == "pages" && location == "output" && isJob
				if may := policies.Check(request) == nil; may != want {
					t.Errorf("%s of %s may tag its %s: %t, want %t", request.Principal, name, location, may, want)
				}
			}
		}
	}
}

// Neither the role nor the endpoint has the permission in vain.
func TestARunWhoseJobMayNotTagItsOutputsFails(t *testing.T) {
	for _, kind := range []string{"AWS::IAM::ManagedPolicy", "AWS::EC2::VPCEndpoint"} {
		t.Run(kind, func(t *testing.T) {
			p := openNamed(t, stored.with(t, oneAttempts, func(t *testing.T, changed *template.Template) {
				if !withoutActionIn(changed, kind, "s3:PutObjectTagging") {
					t.Fatal("no statement allows it")
				}
			}))["pages"]
			p.put(t, map[string]string{"a": ""})
			p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Failed, "ObjectsFailed")
			if said := p.logged(t); !strings.Contains(said, "s3:PutObjectTagging") {
				t.Errorf("the log does not name the permission:\n%s", said)
			}
		})
	}
}

// withoutActionIn takes the action from all statements in resources of the type, and reports whether
// one had it.
func withoutActionIn(changed *template.Template, kind, action string) bool {
	found := false
	for _, resource := range changed.OfType(kind) {
		document, _ := resource.Properties["PolicyDocument"].(map[string]any)
		statements, _ := document["Statement"].([]any)
		for _, statement := range statements {
			statement := statement.(map[string]any)
			if statement["Action"] == action {
				statement["Action"], found = "s3:GetObjectTagging", true
			}
			actions, _ := statement["Action"].([]any)
			for i := range actions {
				if actions[i] == action {
					actions[i], found = "s3:GetObjectTagging", true
				}
			}
		}
	}
	return found
}
