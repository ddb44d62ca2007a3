package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"batchjobwithlambda/test/account"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/template"
)

// openSecret deploys the environment with secrets, and returns its pipelines by their names.
func openSecret(t *testing.T, s stack) map[string]*pipeline {
	t.Helper()
	t.Setenv("SECRET_SIGNING_KEY", "s3cr3t")
	t.Setenv("SECRET_API_TOKEN", "t0k3n")
	return openNamed(t, s)
}

func TestACommandGetsItsVariablesAndSecrets(t *testing.T) {
	pipelines := openSecret(t, secret)
	pipelines["sign"].put(t, map[string]string{"a": "to be signed"})
	pipelines["token"].put(t, map[string]string{"a": ""})
	signature := hmac.New(sha256.New, []byte("s3cr3t"))
	fmt.Fprint(signature, "to be signed")
	for name, want := range map[string]string{"sign": fmt.Sprintf("%x", signature.Sum(nil)), "token": "t0k3n\n"} {
		p := pipelines[name]
		p.wantStatus(t, p.run(t, name, `{}`), statemachine.Succeeded, "")
		for key, got := range p.outputs(t) {
			if !strings.HasPrefix(got, want) {
				t.Errorf("%s: got the output %s %q, want %q", name, key, got, want)
			}
		}
	}
}

// The command says the key when it fails.
func TestASecretIsInNoFileOfARunInNoLogAndInNoMessage(t *testing.T) {
	p := openSecret(t, secret.with(t, func(_ *testing.T, changed *template.Template) {
		for _, definition := range changed.OfType("AWS::Batch::JobDefinition") {
			for _, variable := range at(t, definition.Properties, "ContainerProperties")["Environment"].([]any) {
				if variable := variable.(map[string]any); variable["Name"] == "VARIABLE_DIGEST" {
					variable["Value"] = "no-such-digest"
				}
			}
		}
	}))["sign"]
	p.put(t, map[string]string{"a": "to be signed"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Failed, "ObjectsFailed")
	if got := p.report(t, "run").FirstFailures[0].Reason; !strings.Contains(got, "[secret] is no key") {
		t.Errorf("got the reason %q", got)
	}
	if message := p.messages[0].Message; strings.Contains(message, "s3cr3t") {
		t.Errorf("the message is\n%s", message)
	}
	for _, key := range p.store.Keys(p.Runs.Bucket, "") {
		file, err := p.store.Read(p.Runs.Bucket, key)
		if err != nil || strings.Contains(string(file), "s3cr3t") {
			t.Errorf("the secret is in %s (%v)", key, err)
		}
	}
	if err := filepath.WalkDir(p.logs, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), "s3cr3t") {
			t.Errorf("the secret is in %s", path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestASecretWithoutAValueHereIsAskedForByName(t *testing.T) {
	folder := t.TempDir()
	_, err := account.Open(secret.template, account.Options{Directory: folder, Logs: folder})
	if err == nil || !strings.Contains(err.Error(), "want it in the environment variable SECRET_") {
		t.Errorf("got error %v", err)
	}
}

func TestAJobStartsOnlyIfItsRoleAndTheNetworkLetItReadItsSecrets(t *testing.T) {
	for pipeline, action := range map[string]string{"sign": "secretsmanager:GetSecretValue", "token": "ssm:GetParameters"} {
		for _, kind := range []string{"AWS::IAM::ManagedPolicy", "AWS::EC2::VPCEndpoint"} {
			t.Run(kind+" "+action, func(t *testing.T) {
				p := openSecret(t, secret.with(t, oneAttempts, func(t *testing.T, changed *template.Template) {
					if !deny(changed, kind, action) {
						t.Fatal("no statement allows it")
					}
				}))[pipeline]
				p.put(t, map[string]string{"a": ""})
				p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Failed, "ObjectsFailed")
				if got := p.ended[0].Attempts[0].StatusReason; !strings.Contains(got, "unable to pull secrets") {
					t.Errorf("the job ended with %q", got)
				}
			})
		}
	}
}

func TestASecretMayBeReadOnlyByTheRoleThatStartsItsJobs(t *testing.T) {
	pipelines, policies := openSecret(t, secret), policiesOf(t, secret)
	for name, p := range pipelines {
		p.put(t, map[string]string{"a": ""})
		p.wantStatus(t, p.run(t, name, `{}`), statemachine.Succeeded, "")
	}
	read := map[string]bool{}
	for _, access := range pipelines["sign"].accesses { // Of the whole account.
		r := access.Request
		if r.Action != "secretsmanager:GetSecretValue" && r.Action != "ssm:GetParameters" {
			continue
		}
		read[r.Resource] = true
		for name, p := range pipelines {
			for _, role := range p.roles() {
				if may := mayAny(policies, []string{role}, r); may != (role == r.Principal) {
					t.Errorf("%s of %s may read %s: %v", role, name, r.Resource, may)
				}
			}
		}
	}
	if len(read) != 2 {
		t.Errorf("read were %v, want two secrets", read)
	}
}

// oneAttempts takes from the jobs of each pipeline all attempts but the first.
func oneAttempts(t *testing.T, changed *template.Template) {
	for _, definition := range changed.OfType("AWS::Batch::JobDefinition") {
		at(t, definition.Properties, "RetryStrategy")["Attempts"] = 1
	}
}

// deny makes statements that allow the action deny it, in resources of the type.
func deny(changed *template.Template, kind, action string) bool {
	found := false
	for _, resource := range changed.OfType(kind) {
		document, _ := resource.Properties["PolicyDocument"].(map[string]any)
		statements, _ := document["Statement"].([]any)
		for _, statement := range statements {
			if statement := statement.(map[string]any); statement["Action"] == action {
				statement["Effect"], found = "Deny", true
			}
		}
	}
	return found
}
