package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"batchjobwithlambda/test/account"
	"batchjobwithlambda/test/account/s3"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/proof"
)

// Whose buckets the environment "lent" works with, as test/matrix has it.
const (
	inputsOwner  = "444455556666"
	outputsOwner = "777788889999"
	inputsKey    = "arn:aws:kms:eu-north-1:" + inputsOwner + ":key/inputs"
	outputsKey   = "arn:aws:kms:eu-north-1:" + outputsOwner + ":key/outputs"
)

// lenders are the buckets of the other accounts, whose owners have pasted what the outputs of the
// stack say.
func lenders(t *testing.T) []account.OthersBucket {
	t.Helper()
	return []account.OthersBucket{
		{
			Name:         "lent-inputs",
			Other:        s3.Other{Owner: inputsOwner},
			Key:          inputsKey,
			BucketPolicy: lent.pasted(t, "MainInputBucketPolicy"),
			KeyPolicy:    lent.pasted(t, "MainInputKeyPolicy"),
		},
		{
			Name:         "lent-outputs",
			Other:        s3.Other{Owner: outputsOwner},
			Key:          outputsKey,
			BucketPolicy: lent.pasted(t, "MainOutputBucketPolicy"),
			KeyPolicy:    lent.pasted(t, "MainOutputKeyPolicy"),
		},
	}
}

func TestARunOverBucketsOfOtherAccountsNeedsOnlyWhatTheirOwnersPaste(t *testing.T) {
	p := openBeside(t, lent, lenders(t))
	p.put(t, map[string]string{"a": "1\n", "deep/b": "2\n"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Succeeded, "")
	p.wantCounts(t, "run", 2, 0, 0)
	p.wantStatus(t, p.run(t, "again", `{}`), statemachine.Succeeded, "")
	p.wantCounts(t, "again", 0, 2, 0)
	if want := map[string]string{"a": "1\n", "deep/b": "2\n"}; !maps.Equal(p.outputs(t), want) {
		t.Errorf("got the outputs %q, want %q", p.outputs(t), want)
	}
	for bucket, want := range map[string][]string{
		"lent-inputs":  {"a", "deep/b"},
		"lent-outputs": {"made/a", "made/deep/b"},
	} {
		if got := p.store.Keys(bucket, ""); !slices.Equal(got, want) {
			t.Errorf("%s has %q, want %q", bucket, got, want)
		}
	}
	for _, access := range p.accesses {
		if access.Refused != nil {
			t.Errorf("it was refused: %v", access.Refused)
		}
	}
}

// withoutAction is the policy without an action.
func withoutAction(t *testing.T, policy, action string) string {
	t.Helper()
	var document map[string]any
	if err := json.Unmarshal([]byte(policy), &document); err != nil {
		t.Fatal(err)
	}
	found := false
	var left []any
	for _, each := range document["Statement"].([]any) {
		statement := each.(map[string]any)
		actions, several := statement["Action"].([]any)
		if !several {
			actions = []any{statement["Action"]}
		}
		kept := slices.DeleteFunc(actions, func(a any) bool { return a == action })
		found = found || len(kept) < len(actions)
		if statement["Action"] = kept; len(kept) > 0 {
			left = append(left, statement)
		}
	}
	if !found {
		t.Fatalf("it does not allow %s: %s", action, policy)
	}
	if len(left) == 0 {
		return ""
	}
	document["Statement"] = left
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The owner of a bucket is often somebody else, who wants to know what exactly to allow.
func TestARunWithoutOneOfTheOwnersGrantsNamesIt(t *testing.T) {
	const input, output = 0, 1
	tests := []struct {
		bucket int
		ofKey  bool
		action string
	}{
		{input, false, "s3:ListBucket"},
		{input, false, "s3:GetObject"},
		{input, true, "kms:Decrypt"},
		{output, false, "s3:ListBucket"},
		{output, false, "s3:PutObject"},
		{output, false, "s3:PutObjectTagging"},
		{output, true, "kms:GenerateDataKey"},
	}
	var named atomic.Int32
	t.Run("runs", func(t *testing.T) {
		for _, test := range tests {
			others := lenders(t)
			bucket := &others[test.bucket]
			t.Run(bucket.Name+" "+test.action, func(t *testing.T) {
				t.Parallel()
				if test.ofKey {
					bucket.KeyPolicy = withoutAction(t, bucket.KeyPolicy, test.action)
				} else {
					bucket.BucketPolicy = withoutAction(t, bucket.BucketPolicy, test.action)
				}
				p := openBeside(t, lent, others)
				p.put(t, map[string]string{"a": "1\n"})
				result := p.run(t, "run", `{}`)
				if result.Status != statemachine.Failed {
					t.Errorf("the execution ended %s", result.Status)
				}
				report, _ := p.store.Read(p.Runs.Bucket, p.Files("run").Report().Key)
				said := result.Cause + string(report) + p.logged(t)
				if !strings.Contains(said, test.action) || !strings.Contains(said, bucket.Name) {
					t.Errorf("it does not say %s and %s:\n%s", test.action, bucket.Name, said)
				}
				if !t.Failed() {
					named.Add(1)
				}
			})
		}
	})
	proof.Row(t, "held", "runs without one grant of another account that name it", len(tests), named.Load())
}

// A bucket may be deleted, and its name taken by somebody who lets anybody read and write.
func TestABucketThatHasAnotherOwnerIsNeitherReadNorWrittenTo(t *testing.T) {
	for i := range lenders(t) {
		others := lenders(t)
		others[i].Owner = "999900001111"
		p := openBeside(t, lent, others)
		p.put(t, map[string]string{"a": "1\n"})
		if result := p.run(t, "run", `{}`); result.Status != statemachine.Failed {
			t.Errorf("%s of a stranger: the execution ended %s", others[i].Name, result.Status)
		}
		if got := p.store.Keys("lent-outputs", ""); len(got) > 0 {
			t.Errorf("%s of a stranger: wrote %q", others[i].Name, got)
		}
		for _, access := range p.accesses {
			stranger := strings.HasPrefix(access.Request.Resource, s3.ARN(others[i].Name))
			if stranger && access.Refused == nil {
				t.Errorf("may %s on %s", access.Request.Action, access.Request.Resource)
			}
		}
	}
}

// logged is what the pipeline's programs have logged.
func (p *pipeline) logged(t *testing.T) string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(p.logs, "*"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
