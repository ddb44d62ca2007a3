package test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"batchjobwithlambda/test/template"
)

func TestABoundaryReachesEveryRole(t *testing.T) {
	s := of(t, pinned)
	roles := s.OfType("AWS::IAM::Role")
	for _, role := range roles {
		got := template.Render(role.Properties["PermissionsBoundary"])
		if want := "arn:aws:iam::111122223333:policy/developers"; got != want {
			t.Errorf("%s has the boundary %q, want %s", role.ID, got, want)
		}
	}
	if len(roles) != 6 {
		t.Errorf("got %d roles, want those of the state machine, the functions, the job, its start and the flow log", len(roles))
	}
}

// A tag that changes would replace them, which fails while they are in use.
func TestATagIsOnEverythingThatItDoesNotReplaceAndOnJobs(t *testing.T) {
	s := of(t, pinned)
	tagged := map[string]bool{}
	for _, r := range s.Sorted() {
		tags := template.Render(r.Properties["Tags"])
		has := strings.Contains(tags, "cost-center") && strings.Contains(tags, "4711")
		tagged[r.Type] = tagged[r.Type] || has
		if has && strings.HasPrefix(r.Type, "AWS::Batch::") {
			t.Errorf("%s has a tag", r.ID)
		}
	}
	for _, kind := range []string{
		"AWS::S3::Bucket", "AWS::Lambda::Function", "AWS::StepFunctions::StateMachine", "AWS::SNS::Topic",
		"AWS::SQS::Queue", "AWS::Logs::LogGroup", "AWS::IAM::Role", "AWS::EC2::VPC", "AWS::EC2::VPCEndpoint",
	} {
		if !tagged[kind] {
			t.Errorf("no %s has the tag", kind)
		}
	}
	for _, name := range []string{"Submit Batch Job", "Submit Batch Array Job"} {
		tags := s.definition(t).States[name].Parameters["Tags"].(map[string]any)
		if tags["cost-center"] != "4711" || tags["pipeline"] != "BatchJobWithLambda-pinned/main" {
			t.Errorf("%s has the tags %v", name, tags)
		}
	}
}

// manifest is what the CDK CLI is told besides the template.
type manifest struct {
	Missing   []any
	Artifacts map[string]struct {
		Environment string
		Properties  struct {
			Tags                  map[string]string
			TerminationProtection bool
		}
	}
}

func (s stack) manifest(t *testing.T) manifest {
	t.Helper()
	var m manifest
	text, err := os.ReadFile(filepath.Join(s.Folder, "manifest.json"))
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Keeping data does not protect a stack: a first deployment that failed has to be tried again.
func TestAStackIsProtectedOnlyIfItsSettingSaysSo(t *testing.T) {
	for environment, want := range map[string]bool{"pinned": true, "pair": false} {
		s := of(t, map[string]func() (stack, error){"pinned": pinned, "pair": pair}[environment])
		if got := s.manifest(t).Artifacts[s.Stack].Properties.TerminationProtection; got != want {
			t.Errorf("%s: the CLI is to protect the stack: %t, want %t", environment, got, want)
		}
	}
}

func TestAPinnedStackIsForItsAccountAlone(t *testing.T) {
	s := of(t, pinned)
	manifest := s.manifest(t)
	artifact := manifest.Artifacts[s.Stack]
	if want := "aws://111122223333/eu-north-1"; artifact.Environment != want {
		t.Errorf("the CLI deploys to %s, want %s", artifact.Environment, want)
	}
	// A tag of the stack itself reaches what a tag replaces.
	if artifact.Properties.Tags != nil {
		t.Errorf("the stack itself has the tags %v", artifact.Properties.Tags)
	}
	if manifest.Missing != nil {
		t.Errorf("a synthesis would ask AWS for %v", manifest.Missing)
	}
	if !strings.Contains(string(s.Text), "cdk-team1-assets-111122223333-eu-north-1") {
		t.Error("the programs are not in the bucket of the bootstrap's qualifier")
	}
}
