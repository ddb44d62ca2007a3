package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/batch"
	"batchjobwithlambda/test/account/s3"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/template"
)

// refuseBad fails on objects that begin with "bad".
const refuseBad = `read -r line; case "$line" in bad*) echo "$line is refused" >&2; exit 3;; esac; echo "$line"`

func TestNoObjectsAreNoJobsAndASuccess(t *testing.T) {
	p := open(t, dev)
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Succeeded, "")
	p.wantCounts(t, "run", 0, 0, 0)
	want := []string{
		"Generate batch job input",
		"Choose job",
		"Collect results",
		"Check outcome",
		"Notify Success",
		"Run Succeeded",
	}
	if !slices.Equal(p.states, want) || p.jobs != 0 || len(p.messages) != 1 {
		t.Errorf("got states %q, %d jobs and %d messages", p.states, p.jobs, len(p.messages))
	}
}

func TestARunOverNothingSaysWhereItLooked(t *testing.T) {
	p := open(t, dev)
	p.put(t, map[string]string{"1": "1\n"})
	p.wantStatus(t, p.run(t, "run", `{"prefix":"x/"}`), statemachine.Succeeded, "")
	address := p.Input.Address("x/").String()
	if origin := p.report(t, "run").Origin; origin.Address != address {
		t.Errorf("the report says that it looked at %+v, want %s", origin, address)
	}
	if len(p.messages) != 1 || !strings.Contains(p.messages[0].Subject, "nothing to do: no objects below s3://") ||
		!strings.HasSuffix(p.messages[0].Subject, "/input/x/") || !strings.Contains(p.messages[0].Message, "Input: "+address) {
		t.Errorf("got the messages %+v", p.messages)
	}
}

func TestOneObjectIsOneJobThatIsNoArray(t *testing.T) {
	p := open(t, changed(t, command(refuseBad)))
	p.put(t, map[string]string{"a": "good\n"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Succeeded, "")
	p.wantCounts(t, "run", 1, 0, 0)
	if !slices.Contains(p.states, "Submit Batch Job") || p.jobs != 1 {
		t.Errorf("got states %q and %d jobs", p.states, p.jobs)
	}
	if want := map[string]string{"a.gz": "good\n"}; !maps.Equal(p.outputs(t), want) {
		t.Errorf("got outputs %q, want %q", p.outputs(t), want)
	}
}

func TestProdRunsAsDevDoes(t *testing.T) {
	p := open(t, prod)
	p.put(t, map[string]string{"a": "1\n"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Succeeded, "")
	p.wantCounts(t, "run", 1, 0, 0)
}

func TestMoreThanOneShardIsOneArray(t *testing.T) {
	p := open(t, changed(t, command(refuseBad), aJobForEachObject))
	p.put(t, map[string]string{"a": "good\n", "b": "good\n", "c": "good\n"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Succeeded, "")
	p.wantCounts(t, "run", 3, 0, 0)
	if !slices.Contains(p.states, "Submit Batch Array Job") || p.jobs != 3 {
		t.Errorf("got states %q and %d jobs", p.states, p.jobs)
	}
}

func TestAnObjectThatFailsFailsTheRunBeyondWhatIsTolerated(t *testing.T) {
	for tolerated, want := range map[string]struct {
		status  statemachine.Status
		failure string
	}{
		"0":    {statemachine.Failed, contract.ErrorObjects},
		"24.9": {statemachine.Failed, contract.ErrorObjects},
		"25":   {statemachine.Succeeded, ""},
	} {
		t.Run(tolerated+" %", func(t *testing.T) {
			p := open(t, changed(t, command(refuseBad), tolerating(tolerated)))
			p.put(t, map[string]string{"a": "good\n", "b": "bad\n", "c": "good\n", "d": "good\n"})
			p.wantStatus(t, p.run(t, "run", `{}`), want.status, want.failure)
			p.wantCounts(t, "run", 3, 0, 1)
			first := p.report(t, "run").FirstFailures
			if len(first) != 1 || first[0].Key != p.Input.Prefix+"b" ||
				!strings.Contains(first[0].Reason, "bad is refused") {
				t.Errorf("the report's failures are %+v", first)
			}
			if len(p.messages) != 1 || !strings.Contains(p.messages[0].Subject, string(want.status)) {
				t.Errorf("got the messages %+v", p.messages)
			}
		})
	}
}

// A running execution keeps its definition and what that submits; the functions are replaced.
func TestARunThatBeganBeforeADeployIsDescribedAndJudgedByTheJobThatRan(t *testing.T) {
	before := changed(t, command(refuseBad), tolerating("50"))
	after := changed(t, command("false"), tolerating("0"))
	p := open(t, before.with(t, func(_ *testing.T, deployed *template.Template) {
		for id, resource := range after.template.Resources {
			if resource.Type == "AWS::Lambda::Function" {
				deployed.Resources[id] = resource
			}
		}
	}))
	p.put(t, map[string]string{"a": "good\n", "b": "bad\n"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Succeeded, "")
	report := p.report(t, "run")
	if want := []string{"sh", "-c", refuseBad}; !slices.Equal(report.Command, want) ||
		report.ToleratedFailurePercentage != 50 {
		t.Errorf("the report has the command %q and tolerates %v %%", report.Command, report.ToleratedFailurePercentage)
	}
	if len(p.messages) != 1 || !strings.Contains(p.messages[0].Message, "is refused") ||
		!strings.Contains(p.messages[0].Message, "tolerated: 50 %") {
		t.Errorf("got the messages %+v", p.messages)
	}
}

func TestAChildThatDiesIsTriedAgainAndLosesNothing(t *testing.T) {
	p := open(t, changed(t, command(refuseBad), aJobForEachObject))
	p.put(t, map[string]string{"a": "1\n", "b": "2\n", "c": "3\n"})
	p.onStart = func(a *batch.Attempt) {
		if a.Index == 1 && a.Number == 1 {
			a.Interrupt()
		}
	}
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Succeeded, "")
	p.wantCounts(t, "run", 3, 0, 0)
	p.wantExits(t, 1, 137, 0)
	if want := map[string]string{"a.gz": "1\n", "b.gz": "2\n", "c.gz": "3\n"}; !maps.Equal(p.outputs(t), want) {
		t.Errorf("got outputs %q, want %q", p.outputs(t), want)
	}
}

// workerOf is, to a command, the process of its worker: the parent of its launcher.
const workerOf = `$(awk '/^PPid:/ { print $2 }' /proc/$PPID/status)`

func TestAChildThatIsToldToStopIsTriedAgainAndGoesOn(t *testing.T) {
	stopped := filepath.Join(t.TempDir(), "stopped")
	p := open(
		t,
		changed(
			t,
			command(
				fmt.Sprintf(
					`read -r line; if [ "$line" = 2 ] && mkdir %s; then kill -TERM %s; sleep 60; fi; echo "$line"`,
					stopped,
					workerOf,
				),
			),
		),
	)
	p.put(t, map[string]string{"a": "1\n", "b": "2\n", "c": "3\n"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Succeeded, "")
	p.wantCounts(t, "run", 3, 0, 0)
	p.wantExits(t, 0, contract.ExitStopped, 0)
	if want := map[string]string{"a.gz": "1\n", "b.gz": "2\n", "c.gz": "3\n"}; !maps.Equal(p.outputs(t), want) {
		t.Errorf("got outputs %q, want %q", p.outputs(t), want)
	}
}

func TestAChildThatNeverSucceedsFailsTheRunWithAllItsObjects(t *testing.T) {
	p := open(t, changed(t, command(refuseBad), aJobForEachObject))
	p.put(t, map[string]string{"a": "1\n", "b": "2\n", "c": "3\n"})
	p.onStart = func(a *batch.Attempt) {
		if a.Index == 1 {
			a.Interrupt()
		}
	}
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Failed, contract.ErrorObjects)
	p.wantCounts(t, "run", 2, 0, 1)
	p.wantExits(t, 1, 137, 137, 137)
	if report := p.report(t, "run"); report.ShardsLost != 1 || report.JobError == nil {
		t.Errorf(
			"the report has %d lost shards and the job's error %v, want 1 and an error",
			report.ShardsLost,
			report.JobError,
		)
	}
}

func TestAnObjectThatKillsItsJobTwiceFailsAloneAndItsNeighboursAreDone(t *testing.T) {
	p := open(t, changed(t, command(
		`read -r line; if [ "$line" = bad ]; then kill -KILL `+workerOf+`; sleep 60; fi; echo "$line"`,
	)))
	p.put(t, map[string]string{"a": "1\n", "b": "bad\n", "c": "3\n"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Failed, contract.ErrorObjects)
	p.wantCounts(t, "run", 2, 0, 1)
	p.wantExits(t, 0, 137, 137, 0)
	if first := p.report(t, "run").FirstFailures[0]; first.Key != "input/b" || first.Reason != contract.DiedReason {
		t.Errorf("got %+v, want b, which the job died of twice", first)
	}
}

func TestABrokenSetUpIsNotTriedAgain(t *testing.T) {
	p := open(t, changed(t, func(t *testing.T, changed *template.Template) {
		at(t, definition(t, changed), "ContainerProperties")["Command"] = []string{
			"Ref::manifest", "Ref::results", "Ref::parameters", "no-such-program",
		}
	}))
	p.put(t, map[string]string{"a": "1\n"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Failed, contract.ErrorObjects)
	p.wantCounts(t, "run", 0, 0, 1)
	p.wantExits(t, 0, contract.ExitBroken)
}

func (p *pipeline) wantExits(t *testing.T, index int, want ...int) {
	t.Helper()
	var got []int
	for _, attempt := range p.ended[index].Attempts {
		got = append(got, *attempt.Container.ExitCode)
	}
	if !slices.Equal(got, want) {
		t.Errorf("the attempts of job %d ended with %v, want %v", index, got, want)
	}
}

func TestTheMessagesCommandRerunsOnlyTheFailures(t *testing.T) {
	mended := filepath.Join(t.TempDir(), "mended")
	p := open(
		t,
		changed(t, command(fmt.Sprintf(`read -r line; [ "$line" = good ] || [ -e %s ] || exit 3; echo "$line"`, mended))),
	)
	p.put(t, map[string]string{"a": "good\n", "b": "bad\n", "c": "good\n", "d": "bad\n"})
	p.wantStatus(t, p.run(t, "first", `{}`), statemachine.Failed, contract.ErrorObjects)
	p.wantCounts(t, "first", 2, 0, 2)

	makeFile(t, mended)
	found := regexp.MustCompile(`--input '(\{.*\})'`).FindStringSubmatch(p.messages[0].Message)
	if found == nil {
		t.Fatalf("the message has no input for a rerun:\n%s", p.messages[0].Message)
	}
	p.wantStatus(t, p.run(t, "second", found[1]), statemachine.Succeeded, "")
	p.wantCounts(t, "second", 2, 0, 0)
}

func TestTheRerunOfFailuresSkipsWhatIsDoneByThen(t *testing.T) {
	mended := filepath.Join(t.TempDir(), "mended")
	p := open(t, changed(t, command(fmt.Sprintf(`[ -e %s ] || exit 3; cat`, mended))))
	texts := map[string]string{}
	for i := range 12 {
		texts[fmt.Sprintf("%02d", i)] = "1\n"
	}
	p.put(t, texts)
	p.wantStatus(t, p.run(t, "first", `{}`), statemachine.Failed, contract.ErrorObjects)
	p.wantCounts(t, "first", 0, 0, 12)

	makeFile(t, mended)
	p.wantStatus(t, p.run(t, "second", `{"limit":10}`), statemachine.Succeeded, "")
	p.wantCounts(t, "second", 10, 0, 0)

	p.put(t, map[string]string{"00": "changed\n"})
	failures := string(p.report(t, "first").Rerun())
	p.wantStatus(t, p.run(t, "third", failures), statemachine.Succeeded, "")
	p.wantCounts(t, "third", 3, 9, 0)
	if got := p.outputs(t)["00.gz"]; got != "changed\n" {
		t.Errorf("got the output %q of an object that has changed", got)
	}
	p.wantStatus(t, p.run(t, "fourth", failures), statemachine.Succeeded, "")
	p.wantCounts(t, "fourth", 0, 12, 0)
}

func TestASecondRunSkipsWhatIsDone(t *testing.T) {
	p := open(t, changed(t, command(refuseBad)))
	p.put(t, map[string]string{"a": "1\n", "b": "2\n"})
	p.wantStatus(t, p.run(t, "first", `{}`), statemachine.Succeeded, "")
	p.put(t, map[string]string{"b": "changed\n", "c": "new\n"})
	p.wantStatus(t, p.run(t, "second", `{}`), statemachine.Succeeded, "")
	p.wantCounts(t, "second", 2, 1, 0)
	p.wantStatus(t, p.run(t, "third", `{}`), statemachine.Succeeded, "")
	p.wantCounts(t, "third", 0, 3, 0)
	if report := p.report(t, "third"); report.Origin.Made != 3 || report.Shards != 0 {
		t.Errorf("got %d jobs and %d objects that need none, want none and all 3", report.Shards, report.Origin.Made)
	}
	if want := map[string]string{"a.gz": "1\n", "b.gz": "changed\n", "c.gz": "new\n"}; !maps.Equal(p.outputs(t), want) {
		t.Errorf("got outputs %q, want %q", p.outputs(t), want)
	}
}

func TestABadInputIsRefusedBeforeAnythingIsStartedOrWritten(t *testing.T) {
	for _, input := range []string{
		`{"shards":0}`, `{"prefix":"input/a"}`, `{"objects":[]}`, `{"objects":["output/a"]}`, `{"Prefix":"a"}`, `{"manifest":"s3://another/runs/r/failed.jsonl"}`, `{"inventory":"s3://another/manifest.json"}`, `"text"`,
	} {
		t.Run(input, func(t *testing.T) {
			t.Parallel()
			p := open(t, dev)
			p.put(t, map[string]string{"a": "1\n"})
			before := p.store.Keys(p.Input.Bucket, "")
			p.wantStatus(t, p.run(t, "run", input), statemachine.Failed, contract.ErrorInvalidInput)
			if after := p.store.Keys(p.Input.Bucket, ""); p.jobs != 0 || !slices.Equal(after, before) {
				t.Errorf("%d jobs were started, and the bucket now has %q", p.jobs, after)
			}
			if len(p.messages) != 1 || !strings.Contains(p.messages[0].Subject, "invalid input") {
				t.Errorf("got the messages %+v", p.messages)
			}
		})
	}
}

func TestNoInputAtAllIsEverything(t *testing.T) {
	p := open(t, changed(t, command(refuseBad)))
	p.put(t, map[string]string{"a": "1\n"})
	p.wantStatus(t, p.run(t, "run", `null`), statemachine.Succeeded, "")
	p.wantCounts(t, "run", 1, 0, 0)
}

func TestNoKeyIsTooStrange(t *testing.T) {
	p := open(t, changed(t, command(refuseBad), aJobForEachObject))
	longest := strings.Repeat("k", s3.MaxKeyBytes-len("output/.gz"))
	names := []string{
		" ", "a b", "a+b", "a%41b", "a&b=c?d#e", "-rf", "$.shards", "$(touch x)", "{in}", "Ref::manifest", "'\"\\", "<a>",
		"/leading", "a//b", "a/../../b", "..", "new\nline", "tab\t", "\x01\x7f", "ünï", "日本/🙂", "e\u0301", longest,
	}
	texts, want := map[string]string{}, map[string]string{}
	for i, name := range names {
		texts[name] = fmt.Sprintln("object", i)
		want[name+".gz"] = texts[name]
	}
	p.put(t, texts)
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Succeeded, "")
	p.wantCounts(t, "run", int64(len(names)), 0, 0)
	if got := p.outputs(t); !maps.Equal(got, want) {
		t.Errorf("got outputs\n%q, want\n%q", got, want)
	}
}

func TestAKeyWithoutRoomForItsOutputsIsAFailureAndLosesNoOther(t *testing.T) {
	p := open(t, changed(t, command(refuseBad)))
	p.put(t, map[string]string{"a": "1\n", strings.Repeat("k", s3.MaxKeyBytes-len("input/")): "2\n"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Failed, contract.ErrorObjects)
	p.wantCounts(t, "run", 1, 0, 1)
}

func TestStoppingTheExecutionStopsItsJobs(t *testing.T) {
	working := filepath.Join(t.TempDir(), "working")
	if err := syscall.Mkfifo(working, 0o600); err != nil {
		t.Fatal(err)
	}
	p := open(t, changed(t, command(fmt.Sprintf("echo > %s; sleep 60", working)), aJobForEachObject))
	p.put(t, map[string]string{"a": "1\n", "b": "2\n", "c": "3\n"})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go func() {
		_, _ = os.ReadFile(working) // Which a command has to open first.
		stop()
	}()
	result, err := p.Run(ctx, "run", json.RawMessage(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	p.wantStatus(t, result, statemachine.Aborted, "")
	if len(p.ended) != 3 || len(p.outputs(t)) != 0 || len(p.messages) != 0 {
		t.Errorf("%d jobs ended, there are outputs %q and messages %v", len(p.ended), p.outputs(t), p.messages)
	}
	stopped := 0
	for index, ended := range p.ended {
		for _, attempt := range ended.Attempts {
			stopped++
			if *attempt.Container.ExitCode != contract.ExitStopped || attempt.StatusReason != "The execution was stopped" {
				t.Errorf(
					"job %d ended with %d: %s; want %d, told so by TerminateJob",
					index,
					*attempt.Container.ExitCode,
					attempt.StatusReason,
					contract.ExitStopped,
				)
			}
		}
		if len(ended.Attempts) > 1 {
			t.Errorf("job %d was tried again after it was stopped", index)
		}
	}
	if stopped == 0 {
		t.Error("no job was at work")
	}
}

// An execution keeps the definition that it began with, and its role has the new policy.
func TestARunThatBeganBeforeADeploymentSubmitsTheRevisionThatItBeganWith(t *testing.T) {
	p := open(t, dev)
	latest := p.Definitions[0].ARN
	earlier := strings.TrimSuffix(latest, ":2") + ":1"
	p.Machine.Definition = json.RawMessage(strings.ReplaceAll(string(p.Machine.Definition), latest, earlier))
	p.put(t, map[string]string{"a": "1\n"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Succeeded, "")
	p.wantCounts(t, "run", 1, 0, 0)
}

func TestAJobsParametersHaveToBeTexts(t *testing.T) {
	p := open(t, changed(t, func(t *testing.T, changed *template.Template) {
		machine := only(t, changed, "AWS::StepFunctions::StateMachine")
		text, err := json.Marshal(machine["DefinitionString"])
		if err != nil {
			t.Fatal(err)
		}
		text = []byte(
			strings.ReplaceAll(string(text), `\"Parameters.$\":\"$.batch_input\"`, `\"Parameters\":{\"manifest\":1}`),
		)
		var edited any
		if err := json.Unmarshal(text, &edited); err != nil {
			t.Fatal(err)
		}
		machine["DefinitionString"] = edited
	}))
	p.put(t, map[string]string{"a": "1\n"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Failed, statemachine.ErrorRuntime)
	if p.jobs != 0 || len(p.messages) != 0 {
		t.Errorf("%d jobs were started, and the messages are %v", p.jobs, p.messages)
	}
}

func TestEachProgramHasCredentialsOfItsOwn(t *testing.T) {
	var mu sync.Mutex
	callers := map[string]bool{}
	credential := regexp.MustCompile(`Credential=([^/]*)/`)
	p := open(t, changed(t, command(refuseBad)), func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if found := credential.FindStringSubmatch(r.Header.Get("Authorization")); found != nil {
				mu.Lock()
				callers[found[1]] = true
				mu.Unlock()
			}
			next.ServeHTTP(w, r)
		})
	})
	p.put(t, map[string]string{"a": "1\n"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Succeeded, "")
	if len(callers) != 3 {
		t.Errorf("S3 was called by %q, want the two functions' and the job's role", slices.Collect(maps.Keys(callers)))
	}
}
