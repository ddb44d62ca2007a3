package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/batch"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/proof"
	"batchjobwithlambda/test/template"
)

// withoutPermission takes an action from a statement.
func withoutPermission(policy, sid, action string) change {
	return func(t *testing.T, changed *template.Template) {
		t.Helper()
		document := at(t, named(t, changed, policy).Properties, "PolicyDocument")
		found := false
		document["Statement"] = slices.DeleteFunc(document["Statement"].([]any), func(statement any) bool {
			s := statement.(map[string]any)
			actions, several := s["Action"].([]any)
			if s["Sid"] != sid || !several && s["Action"] != action || several && !slices.Contains(actions, any(action)) {
				return false
			}
			found = true
			s["Action"] = slices.DeleteFunc(actions, func(a any) bool { return a == action })
			return len(actions) < 2
		})
		if !found {
			t.Fatalf("%s/%s does not have %s", policy, sid, action)
		}
	}
}

var retry = regexp.MustCompile(`\\"Retry\\":\[\{[^{}]*\}\],`)

// withoutRetries leaves out of the definition what would take minutes. AWS has only the
// name of a general error for a call of AWS Lambda or AWS Batch that is refused, so the
// definition retries it.
func withoutRetries(t *testing.T, changed *template.Template) {
	machine := only(t, changed, "AWS::StepFunctions::StateMachine")
	text, err := json.Marshal(machine["DefinitionString"])
	if err != nil {
		t.Fatal(err)
	}
	var edited any
	if err := json.Unmarshal(retry.ReplaceAll(text, nil), &edited); err != nil {
		t.Fatal(err)
	}
	machine["DefinitionString"] = edited
}

const (
	workflowPolicy = "WorkflowRoleBatchJobWithLambdaAccessPolicy"
	invokePolicy   = "WorkflowRoleInvokeGenerateBatchJobMapLambdaPolicy"
)

// What is evaluated for every permission in memory is shown for some by running it.
func TestAMissingPermissionEndsTheRunAsItDoesOnAWS(t *testing.T) {
	const (
		execution = "JobExecutionRoleExecutionPolicy"
		noResult  = "not reached: the job ended before it"
	)
	var succeeds string // Without an error.
	tests := []struct {
		stack               stack
		policy, sid, action string
		failure             string
		// says is in the execution's cause or in the report.
		says string
	}{
		{
			dev,
			invokePolicy,
			"InvokeFunctions",
			"lambda:InvokeFunction",
			contract.ErrorCollecting,
			"perform: lambda:InvokeFunction",
		},
		{dev, workflowPolicy, "TagJobs", "batch:TagResource", contract.ErrorObjects, "perform: batch:TagResource"},
		{dev, workflowPolicy, "WatchJobs", "batch:DescribeJobs", succeeds, "perform: batch:DescribeJobs"},
		{dev, workflowPolicy, "Notify", "sns:Publish", contract.ErrorNotification, "perform: sns:Publish"},
		{
			prod,
			workflowPolicy,
			"UseTopicKey",
			"kms:GenerateDataKey",
			contract.ErrorNotification,
			"perform: kms:GenerateDataKey",
		},
		{
			dev,
			execution,
			"LogInToRegistry",
			"ecr:GetAuthorizationToken",
			contract.ErrorObjects,
			"ResourceInitializationError: unable to pull secrets or registry auth",
		},
		{dev, execution, "PullImage", "ecr:BatchGetImage", contract.ErrorObjects, "CannotPullContainerError"},
		{
			dev,
			execution,
			"WriteLogs",
			"logs:CreateLogStream",
			contract.ErrorObjects,
			"ResourceInitializationError: failed to validate logger args",
		},
		{dev, execution, "WriteLogs", "logs:PutLogEvents", succeeds, ""},
		{dev, "PreprocessRolePreprocessPolicy", "WritePlan", "s3:PutObject", contract.ErrorPlanning, "perform: s3:PutObject"},
		{dev, "JobRoleJobPolicy", "WriteOutputs", "s3:PutObject", contract.ErrorObjects, "AccessDenied"},
		{prod, "JobRoleJobPolicy", "UseDataKey", "kms:Decrypt", contract.ErrorObjects, noResult},
		{dev, "NetworkVpcS3", "WriteData", "s3:PutObject", contract.ErrorObjects, noResult},
		{dev, "CollectRoleCollectPolicy", "WriteReport", "s3:PutObject", contract.ErrorCollecting, "perform: s3:PutObject"},
		{dev, "CollectRoleFunctionPolicy", "WriteLogs", "logs:CreateLogStream", succeeds, ""},
	}
	var shown atomic.Int32
	t.Run("runs", func(t *testing.T) {
		for _, test := range tests {
			t.Run(test.sid+" "+test.action, func(t *testing.T) {
				t.Parallel()
				p := open(
					t,
					test.stack.with(t, command(refuseBad), withoutRetries, withoutPermission(test.policy, test.sid, test.action)),
				)
				p.put(t, map[string]string{"a": "1\n"})
				result := p.run(t, "run", `{}`)
				status := statemachine.Failed
				if test.failure == succeeds {
					status = statemachine.Succeeded
				}
				p.wantStatus(t, result, status, test.failure)
				report, _ := p.store.Read(p.Runs.Bucket, p.Files("run").Report().Key)
				if said := result.Cause + string(report); !strings.Contains(said, test.says) {
					t.Errorf("it does not say %q:\n%s", test.says, said)
				}
				if got := p.firstRefused(); got != test.action {
					t.Errorf("it was %q that was refused first, want %s", got, test.action)
				}
				if !t.Failed() {
					shown.Add(1)
				}
			})
		}
	})
	proof.Row(t, "held", "runs without one permission that end as they should", len(tests), shown.Load())
}

// What never started may start the next time, so a missing permission costs all attempts.
func TestAJobThatCannotStartIsTriedAsOftenAsItMay(t *testing.T) {
	const policy, attempts = "JobExecutionRoleExecutionPolicy", 3
	for action, sid := range map[string]string{
		"ecr:BatchGetImage":         "PullImage",
		"ecr:GetAuthorizationToken": "LogInToRegistry",
		"logs:CreateLogStream":      "WriteLogs",
	} {
		t.Run(action, func(t *testing.T) {
			p := open(t, changed(t, withoutPermission(policy, sid, action)))
			p.put(t, map[string]string{"a": "1\n"})
			p.run(t, "run", `{}`)
			if got := len(p.ended[0].Attempts); got != attempts {
				t.Errorf("got %d attempts, want %d", got, attempts)
			}
		})
	}
}

// firstRefused is the first action that was refused, or empty.
func (p *pipeline) firstRefused() string {
	for _, access := range p.accesses {
		if access.Refused != nil {
			return access.Request.Action
		}
	}
	return ""
}

// The job of a stopped execution whose role may not terminate it runs on.
func TestAnExecutionThatMayNotTerminateItsJobLeavesItRunning(t *testing.T) {
	folder := t.TempDir()
	stopped, ended := filepath.Join(folder, "stopped"), filepath.Join(folder, "ended")
	script := fmt.Sprintf(`while ! [ -e %s ]; do sleep 0.01; done; sleep 0.2; touch %s`, stopped, ended)
	p := open(t, changed(t, command(script), withoutPermission(workflowPolicy, "StopOwnJobs", "batch:TerminateJob")))
	p.put(t, map[string]string{"a": "1\n"})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	p.onStart = func(*batch.Attempt) {
		stop()
		makeFile(t, stopped)
	}
	result, err := p.Run(ctx, "run", json.RawMessage(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	p.wantStatus(t, result, statemachine.Aborted, "")
	if _, err := os.Stat(ended); err != nil || p.ended[0].Status != batch.Succeeded {
		t.Errorf("the job ended %s (%v), want it to have gone on", p.ended[0].Status, err)
	}
}
