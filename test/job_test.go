package test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/batch"
	"batchjobwithlambda/test/template"
)

// variable is an environment variable of the job; its value may have to be rendered.
type variable struct {
	Name  string
	Value any
}

type mountPoint struct {
	ContainerPath string
	ReadOnly      bool
}

type jobDefinition struct {
	ContainerProperties struct {
		Command                []string
		User                   string
		ReadonlyRootFilesystem bool
		Privileged             bool
		Environment            []variable
		MountPoints            []mountPoint
		LogConfiguration       struct{ Options map[string]any }
		LinuxParameters        struct{ InitProcessEnabled bool }
	}
	RetryStrategy struct {
		Attempts       int
		EvaluateOnExit []struct{ Action, OnExitCode, OnStatusReason, OnReason string }
	}
	Timeout                 struct{ AttemptDurationSeconds int }
	PropagateTags           bool
	ResourceRetentionPolicy struct{ SkipDeregisterOnUpdate bool }
}

func (s stack) jobDefinition(tb testing.TB) jobDefinition {
	tb.Helper()
	var definition jobDefinition
	decode(tb, s.only(tb, "AWS::Batch::JobDefinition"), &definition)
	return definition
}

func TestAJobIsNotRootAndWritesOnlyToItsScratchAndTmp(t *testing.T) {
	for environment, stack := range everyKind(t) {
		container := stack.jobDefinition(t).ContainerProperties
		if user, _, _ := strings.Cut(
			container.User,
			":",
		); user == "" || user == "0" || user == "root" ||
			container.Privileged {
			t.Errorf("%s: the job is user %q, privileged %t", environment, container.User, container.Privileged)
		}
		if !container.ReadonlyRootFilesystem {
			t.Errorf("%s: the job may write to its image", environment)
		}
		var settings []string
		for _, variable := range container.Environment {
			settings = append(settings, variable.Name+"="+template.Render(variable.Value))
		}
		work, err := contract.ReadSettings[contract.WorkSettings](settings)
		if err != nil {
			t.Fatalf("%s: %v", environment, err)
		}
		want := []mountPoint{{ContainerPath: work.Scratch}, {ContainerPath: "/tmp"}}
		if !slices.Equal(container.MountPoints, want) {
			t.Errorf("%s: mounted is %+v, want %+v", environment, container.MountPoints, want)
		}
	}
}

func TestAJobsProgramIsProcessOneWhichNoCommandCanKill(t *testing.T) {
	for environment, stack := range everyKind(t) {
		if parameters := stack.jobDefinition(t).ContainerProperties.LinuxParameters; parameters.InitProcessEnabled {
			t.Errorf("%s: an init process is, and the job's program is one that a command can kill", environment)
		}
	}
}

// A volume that the image does not declare is root's.
func TestTheImageDeclaresEachVolumeOfTheJob(t *testing.T) {
	dockerfile, err := os.ReadFile("../batch/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	_, declared, _ := strings.Cut(string(dockerfile), "\nVOLUME ")
	declared, _, _ = strings.Cut(declared, "\n")
	for environment, stack := range everyKind(t) {
		for _, mount := range stack.jobDefinition(t).ContainerProperties.MountPoints {
			if !slices.Contains(strings.Fields(declared), mount.ContainerPath) {
				t.Errorf("%s: batch/Dockerfile declares %s, want %s too", environment, declared, mount.ContainerPath)
			}
		}
	}
}

func TestAJobIsGivenItsShardByParametersAndThenItsCommand(t *testing.T) {
	want := []string{"Ref::manifest", "Ref::results", "Ref::parameters", "gzip", "-9"}
	for environment, stack := range environments() {
		if got := stack.jobDefinition(t).ContainerProperties.Command; !slices.Equal(got, want) {
			t.Errorf("%s: the command is %q, want %q", environment, got, want)
		}
	}
}

// What matches no rule is retried: so is a task that never started, which has no exit code.
func TestOnlyAJobThatSaysThatNoAttemptWillDoBetterIsNotRetried(t *testing.T) {
	want := []string{fmt.Sprintf("EXIT exit code %d", contract.ExitBroken)}
	for environment, stack := range everyKind(t) {
		definition := stack.jobDefinition(t)
		var got []string
		for _, rule := range definition.RetryStrategy.EvaluateOnExit {
			text := rule.Action
			for kind, pattern := range map[string]string{"exit code": rule.OnExitCode, "status reason": rule.OnStatusReason, "reason": rule.OnReason} {
				if pattern != "" {
					text += " " + kind + " " + pattern
				}
			}
			got = append(got, text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: the exit rules are %q, want %q", environment, got, want)
		}
		if definition.RetryStrategy.Attempts < 2 || definition.Timeout.AttemptDurationSeconds < 60 {
			t.Errorf(
				"%s: %d attempts of %d s each",
				environment,
				definition.RetryStrategy.Attempts,
				definition.Timeout.AttemptDurationSeconds,
			)
		}
	}
}

func TestATaskThatNeverStartedIsTriedAgain(t *testing.T) {
	for environment, stack := range everyKind(t) {
		definition := batch.Definition{ContainerProperties: batch.Container{Command: []string{"-c", "true"}}}
		decode(t, stack.only(t, "AWS::Batch::JobDefinition"), &struct{ RetryStrategy *batch.RetryStrategy }{
			&definition.RetryStrategy,
		})
		for _, failure := range batch.NoStarts {
			starts := 0
			runner := batch.Runner{
				Program: "/bin/sh",
				Scratch: t.TempDir(),
				Log:     func(int) (io.WriteCloser, error) { return os.OpenFile(os.DevNull, os.O_WRONLY, 0) },
				Observe: func(batch.Event) {},
				Start: func() *batch.NoStart {
					if starts++; starts > 1 {
						return nil
					}
					return &failure
				},
			}
			detail, err := runner.Run(t.Context(), definition, batch.Request{})
			if err != nil || detail.Status != batch.Succeeded {
				t.Errorf("%s: after %+v the job is %s (%v), want another attempt", environment, failure, detail.Status, err)
			}
		}
	}
}

func TestARunThatGoesOnDuringADeploymentKeepsItsJobDefinition(t *testing.T) {
	for environment, stack := range everyKind(t) {
		if !stack.jobDefinition(t).ResourceRetentionPolicy.SkipDeregisterOnUpdate {
			t.Errorf("%s: an update deregisters the job definition", environment)
		}
	}
}

func TestAJobsTagsReachItsTask(t *testing.T) {
	for environment, stack := range everyKind(t) {
		if !stack.jobDefinition(t).PropagateTags {
			t.Errorf("%s: tags are not propagated", environment)
		}
	}
}

func TestEveryProgramLogsToAGroupOfItsOwn(t *testing.T) {
	for environment, stack := range everyKind(t) {
		groups := map[string]string{}
		claim := func(group, by string) {
			if !strings.HasPrefix(group, "${") || groups[group] != "" {
				t.Errorf("%s: %s logs to %q, which is %q's", environment, by, group, groups[group])
			}
			groups[group] = by
		}
		claim(template.Render(stack.jobDefinition(t).ContainerProperties.LogConfiguration.Options["awslogs-group"]), "the job")
		for _, function := range stack.OfType("AWS::Lambda::Function") {
			logging, _ := function.Properties["LoggingConfig"].(map[string]any)
			claim(template.Render(logging["LogGroup"]), function.ID)
		}
	}
}

// At full price there is nothing, unless somebody asks for it.
func TestJobsRunOnSpotAloneUnlessVCPUsOnDemandAreAskedFor(t *testing.T) {
	stacks := environments()
	stacks["pair"] = of(t, pair)
	for environment, stack := range stacks {
		want := []string{"FARGATE_SPOT 16"}
		switch environment {
		case "prod":
			want = []string{"FARGATE_SPOT 256"}
		case "pair":
			want = []string{"FARGATE_SPOT 16", "FARGATE 4"}
		}
		for _, queue := range stack.OfType("AWS::Batch::JobQueue") {
			if got := stack.environmentsOf(t, queue); !slices.Equal(got, want) {
				t.Errorf("%s: queue %s has %q, want %q", environment, queue.ID, got, want)
			}
		}
	}
}

// environmentsOf are the types and vCPUs of the compute environments, in the queue's order.
func (s stack) environmentsOf(t *testing.T, r *template.Resource) []string {
	t.Helper()
	var queue struct {
		ComputeEnvironmentOrder []struct {
			Order              int
			ComputeEnvironment any
		}
	}
	decode(t, r, &queue)
	kinds := make([]string, len(queue.ComputeEnvironmentOrder))
	for _, environment := range queue.ComputeEnvironmentOrder {
		for _, r := range s.OfType("AWS::Batch::ComputeEnvironment") {
			if template.Render(environment.ComputeEnvironment) == "${"+r.Name()+".ComputeEnvironmentArn}" {
				resources := r.Properties["ComputeResources"].(map[string]any)
				kinds[environment.Order-1] = fmt.Sprint(resources["Type"], " ", resources["MaxvCpus"])
			}
		}
	}
	return kinds
}

func TestAJobThatCannotStartDoesNotBlockTheQueueForEver(t *testing.T) {
	want := []string{
		"CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",
		"MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE",
		"MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT",
	}
	for environment, stack := range everyKind(t) {
		var queue struct {
			JobStateTimeLimitActions []struct {
				Action, State, Reason string
				MaxTimeSeconds        int
			}
		}
		decode(t, stack.only(t, "AWS::Batch::JobQueue"), &queue)
		var reasons []string
		for _, action := range queue.JobStateTimeLimitActions {
			reasons = append(reasons, action.Reason)
			if action.Action != "CANCEL" || action.State != "RUNNABLE" || action.MaxTimeSeconds < 600 ||
				action.MaxTimeSeconds > 86_400 {
				t.Errorf("%s: %+v", environment, action)
			}
		}
		slices.Sort(reasons)
		if !slices.Equal(reasons, want) {
			t.Errorf("%s: limits for %v, want %v", environment, reasons, want)
		}
	}
}

// Replacing a Batch resource that has a name fails, because the name is taken.
func TestNoBatchResourceHasANameOfItsOwn(t *testing.T) {
	for environment, stack := range everyKind(t) {
		for _, r := range stack.Sorted() {
			for _, property := range []string{"JobDefinitionName", "JobQueueName", "ComputeEnvironmentName"} {
				if r.Properties[property] != nil {
					t.Errorf("%s: %s has the name %v", environment, r.ID, r.Properties[property])
				}
			}
		}
	}
}

func TestTheFunctionsUnderstandTheSettingsThatTheStackGivesThem(t *testing.T) {
	for environment, stack := range everyKind(t) {
		for _, function := range stack.OfType("AWS::Lambda::Function") {
			variables := function.Properties["Environment"].(map[string]any)["Variables"].(map[string]any)
			var environ []string
			for name, value := range variables {
				environ = append(environ, name+"="+template.Render(value))
			}
			var err error
			switch program := function.Properties["Handler"]; program {
			case "preprocess":
				_, err = contract.ReadSettings[contract.PlanSettings](environ)
			case "collect":
				_, err = contract.ReadSettings[contract.CollectSettings](environ)
			default:
				err = fmt.Errorf("no such program: %v", program)
			}
			if err != nil {
				t.Errorf("%s: %s: %v", environment, function.ID, err)
			}
			if text, _ := json.Marshal(
				function.Properties["Architectures"],
			); string(text) != `["arm64"]` ||
				function.Properties["Runtime"] != "provided.al2023" {
				t.Errorf("%s: %s runs on %s, %v", environment, function.ID, text, function.Properties["Runtime"])
			}
		}
	}
}
