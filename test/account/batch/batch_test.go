package batch_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"batchjobwithlambda/test/account/batch"
)

// output collects what jobs print, by their index.
type output struct {
	mu   sync.Mutex
	text map[int]string
}

func (o *output) open(index int) (io.WriteCloser, error) {
	return writer{o, index}, nil
}

type writer struct {
	output *output
	index  int
}

func (w writer) Write(text []byte) (int, error) {
	w.output.mu.Lock()
	defer w.output.mu.Unlock()
	w.output.text[w.index] += string(text)
	return len(text), nil
}

func (writer) Close() error { return nil }

// shell is a definition whose command is a script.
func shell(script string, arguments ...string) batch.Definition {
	return batch.Definition{
		ARN: "definition-arn", Type: "container",
		ContainerProperties: batch.Container{Command: append([]string{"-c", script, "sh"}, arguments...)},
	}
}

func run(
	t *testing.T,
	ctx context.Context,
	definition batch.Definition,
	request batch.Request,
	observe func(batch.Event),
) (batch.Detail, map[int]string) {
	t.Helper()
	if observe == nil {
		observe = func(batch.Event) {}
	}
	o := output{text: map[int]string{}}
	request.JobName, request.JobQueue = "job", "arn:aws:batch:eu-north-1:111122223333:job-queue/queue"
	runner := batch.Runner{
		Program:     "/bin/sh",
		Environment: []string{"BASE=base"},
		Scratch:     t.TempDir(),
		Parallel:    2,
		Log:         o.open,
		Observe:     observe,
	}
	detail, err := runner.Run(ctx, definition, request)
	if err != nil {
		t.Fatal(err)
	}
	return detail, o.text
}

func wantExits(t *testing.T, detail batch.Detail, status batch.Status, codes ...int) {
	t.Helper()
	var got []int
	for _, attempt := range detail.Attempts {
		got = append(got, *attempt.Container.ExitCode)
	}
	if detail.Status != status || !slices.Equal(got, codes) {
		t.Errorf("got %s with exit codes %v, want %s with %v", detail.Status, got, status, codes)
	}
}

func array(size int) batch.Request {
	return batch.Request{ArrayProperties: &struct{ Size int }{size}}
}

func TestParametersTakeThePlaceOfTheirReferences(t *testing.T) {
	definition := shell(`printf '%s|' "$@"`, "Ref::given", "Ref::default", "Ref::unknown", "x Ref::given")
	definition.Parameters = map[string]string{"given": "not this", "default": "default"}
	_, output := run(t, t.Context(), definition, batch.Request{Parameters: map[string]string{"given": "a b;$c"}}, nil)
	if want := "a b;$c|default|Ref::unknown|x Ref::given|"; output[0] != want {
		t.Errorf("got %q, want %q", output[0], want)
	}
}

func TestAJobHasItsEnvironmentAndAnEmptyFolderForEachVolume(t *testing.T) {
	definition := shell(
		`echo "$BASE $OWN $AWS_BATCH_JOB_ATTEMPT $AWS_BATCH_JQ_NAME ${AWS_BATCH_JOB_ARRAY_INDEX-none} ${HOME-none}"; ls -A "$SCRATCH" && [ "$SCRATCH" != /scratch ]`,
	)
	definition.ContainerProperties.Environment = []struct{ Name, Value string }{{"OWN", "own"}, {"SCRATCH", "/scratch"}}
	definition.ContainerProperties.MountPoints = []struct{ ContainerPath, SourceVolume string }{{"/scratch", "scratch"}}
	detail, output := run(t, t.Context(), definition, batch.Request{}, nil)
	wantExits(t, detail, batch.Succeeded, 0)
	if want := "base own 1 queue none none\n"; output[0] != want {
		t.Errorf("got %q, want %q", output[0], want)
	}
}

func TestEachChildOfAnArrayKnowsItsIndex(t *testing.T) {
	detail, output := run(
		t,
		t.Context(),
		shell(`echo "$AWS_BATCH_JOB_ARRAY_INDEX of $AWS_BATCH_JOB_ARRAY_SIZE, ${AWS_BATCH_JOB_ID#*:}"`),
		array(5),
		nil,
	)
	if detail.Status != batch.Succeeded || len(output) != 5 {
		t.Errorf("got %s and the output of %d children", detail.Status, len(output))
	}
	for index, text := range output {
		if n := strconv.Itoa(index); text != n+" of 5, "+n+"\n" {
			t.Errorf("child %d printed %q", index, text)
		}
	}
}

func TestAnArrayFailsIfOneChildDoes(t *testing.T) {
	detail, _ := run(t, t.Context(), shell(`[ $AWS_BATCH_JOB_ARRAY_INDEX != 2 ]`), array(4), nil)
	summary := detail.ArrayProperties.StatusSummary
	if detail.Status != batch.Failed || summary[batch.Succeeded] != 3 || summary[batch.Failed] != 1 {
		t.Errorf("got %s with %v, want FAILED with one of four", detail.Status, summary)
	}
}

func TestTheFirstRuleThatMatchesSaysWhetherAJobIsTriedAgain(t *testing.T) {
	rule := func(action, code, reason, statusReason string) batch.Rule {
		return batch.Rule{Action: action, OnExitCode: code, OnReason: reason, OnStatusReason: statusReason}
	}
	for _, test := range []struct {
		name   string
		script string
		rules  []batch.Rule
		codes  []int
	}{
		{"no rule", `exit 1`, nil, []int{1, 1, 1}},
		{"none that matches", `exit 1`, []batch.Rule{rule("EXIT", "2", "", "")}, []int{1, 1, 1}},
		{"an exit code", `exit 75`, []batch.Rule{rule("RETRY", "75", "", ""), rule("EXIT", "", "*", "")}, []int{75, 75, 75}},
		{"an exit code's beginning", `exit 75`, []batch.Rule{rule("EXIT", "7*", "", "")}, []int{75}},
		{"everything", `exit 1`, []batch.Rule{rule("RETRY", "75", "", ""), rule("EXIT", "", "*", "")}, []int{1}},
		{"a status reason", `exit 1`, []batch.Rule{rule("exit", "", "", "Essential*")}, []int{1}},
		{"not all conditions", `exit 1`, []batch.Rule{rule("EXIT", "1", "", "Host EC2*"), rule("RETRY", "1", "", "")}, []int{1, 1, 1}},
		{"any exit code", `exit 1`, []batch.Rule{rule("RETRY", "75", "", ""), rule("EXIT", "*", "", "")}, []int{1}},
		{"a signal", `kill -KILL $$`, []batch.Rule{rule("EXIT", "137", "", "")}, []int{137}},
	} {
		t.Run(test.name, func(t *testing.T) {
			definition := shell(test.script)
			definition.RetryStrategy = batch.RetryStrategy{Attempts: 3, EvaluateOnExit: test.rules}
			detail, _ := run(t, t.Context(), definition, batch.Request{}, nil)
			wantExits(t, detail, batch.Failed, test.codes...)
		})
	}
}

func TestAJobIsTriedAgainUntilItSucceeds(t *testing.T) {
	definition := shell(`[ $AWS_BATCH_JOB_ATTEMPT = 3 ] || exit 75`)
	definition.RetryStrategy.Attempts = 5
	detail, _ := run(t, t.Context(), definition, batch.Request{}, nil)
	wantExits(t, detail, batch.Succeeded, 75, 75, 0)
}

func TestWhatSpotTakesBackIsTriedAgainByItsReason(t *testing.T) {
	definition := shell(`[ $AWS_BATCH_JOB_ATTEMPT = 1 ] && exec sleep 60; true`)
	definition.RetryStrategy = batch.RetryStrategy{Attempts: 2, EvaluateOnExit: []batch.Rule{
		{Action: "RETRY", OnStatusReason: "Your Spot Task was interrupted*"}, {Action: "EXIT", OnReason: "*"},
	}}
	detail, _ := run(t, t.Context(), definition, batch.Request{}, func(e batch.Event) {
		if e.Started != nil && e.Started.Number == 1 {
			e.Started.Interrupt()
		}
	})
	wantExits(t, detail, batch.Succeeded, 137, 0)
}

func TestWhatNeverStartedMatchesAWildcardAndNoExitCode(t *testing.T) {
	for exits, want := range map[batch.Rule]batch.Status{
		{Action: "EXIT", OnExitCode: "1"}: batch.Succeeded,
		{Action: "EXIT", OnExitCode: "*"}: batch.Failed,
		{Action: "EXIT", OnReason: "*"}:   batch.Failed,
	} {
		definition := shell(`true`)
		definition.RetryStrategy = batch.RetryStrategy{Attempts: 2, EvaluateOnExit: []batch.Rule{exits}}
		starts := 0
		runner := batch.Runner{
			Program:  "/bin/sh",
			Scratch:  t.TempDir(),
			Parallel: 1,
			Log:      (&output{text: map[int]string{}}).open,
			Observe:  func(batch.Event) {},
			Start: func() *batch.NoStart {
				starts++
				if starts > 1 {
					return nil
				}
				return &batch.NoStart{StatusReason: "Timeout waiting for network interface provisioning to complete."}
			},
		}
		request := batch.Request{JobName: "job", JobQueue: "arn:aws:batch:eu-north-1:111122223333:job-queue/queue"}
		detail, err := runner.Run(t.Context(), definition, request)
		if err != nil {
			t.Fatal(err)
		}
		if detail.Status != want {
			t.Errorf("with %+v the job is %s after %d starts, want %s", exits, detail.Status, starts, want)
		}
	}
}

func TestAnAttemptThatTakesTooLongIsStoppedAndNotTriedAgain(t *testing.T) {
	definition := shell(`trap 'exit 143' TERM; sleep 60 & wait`)
	definition.RetryStrategy.Attempts = 3
	detail, _ := run(t, t.Context(), definition, batch.Request{Timeout: &batch.Timeout{AttemptDurationSeconds: 1}}, nil)
	wantExits(t, detail, batch.Failed, 143)
	if detail.StatusReason != "Job attempt duration exceeded timeout" {
		t.Errorf("got status reason %q", detail.StatusReason)
	}
}

func TestATerminatedArrayTellsItsChildrenAndStartsNoMore(t *testing.T) {
	folder := t.TempDir()
	ctx, terminate := context.WithCancel(t.Context())
	defer terminate()
	definition := shell(`trap 'touch "$0.told"; exit 143' TERM; touch "$0.ready"; sleep 60 & wait`)
	definition.ContainerProperties.Command = []string{
		"-c",
		definition.ContainerProperties.Command[1],
		filepath.Join(folder, "file"),
	}
	definition.RetryStrategy.Attempts = 3
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(filepath.Join(folder, "file.ready")); err == nil {
				terminate()
			}
		}
	}()
	var started atomic.Int32
	detail, _ := run(t, ctx, definition, array(9), func(e batch.Event) {
		if e.Started != nil {
			started.Add(1)
		}
	})
	if _, err := os.Stat(
		filepath.Join(folder, "file.told"),
	); err != nil ||
		detail.ArrayProperties.StatusSummary[batch.Failed] != 9 {
		t.Errorf("got %+v and %v, want nine children FAILED, one told so", detail.ArrayProperties, err)
	}
	if n := started.Load(); n > 2 {
		t.Errorf("%d children were started, want no more than the two that ran at once", n)
	}
}

func TestNothingOfAJobOutlivesIt(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	runner := batch.Runner{
		Program: "/bin/sh", Scratch: t.TempDir(), Parallel: 1, Observe: func(batch.Event) {},
		Log: func(int) (io.WriteCloser, error) { return writer, nil },
	}
	if _, err := runner.Run(t.Context(), shell(`(sleep 3; echo survived) & true`), batch.Request{}); err != nil {
		t.Fatal(err)
	}
	// The pipe's end comes when nobody has it open any longer.
	if text, err := io.ReadAll(reader); err != nil || len(text) > 0 {
		t.Errorf("what the job left printed %q (%v), want it to have ended", text, err)
	}
}

func TestAProgramThatCannotStartHasAReasonAndNoExitCode(t *testing.T) {
	o := output{text: map[int]string{}}
	runner := batch.Runner{
		Program:  "/no/such/program",
		Scratch:  t.TempDir(),
		Parallel: 1,
		Log:      o.open,
		Observe:  func(batch.Event) {},
	}
	detail, err := runner.Run(t.Context(), shell(""), batch.Request{})
	if err != nil {
		t.Fatal(err)
	}
	container := detail.Attempts[0].Container
	if detail.Status != batch.Failed || container.ExitCode != nil ||
		!strings.HasPrefix(container.Reason, "CannotStartContainerError:") {
		t.Errorf("got %s with %+v", detail.Status, container)
	}
}

func TestWhatAWSBatchRefusesIsRefused(t *testing.T) {
	for _, size := range []int{-1, 0, 1, 10_001} {
		if err := array(size).Check(batch.Definition{}); err == nil {
			t.Errorf("an array of %d was not refused", size)
		}
	}
	if err := (batch.Request{}).Check(batch.Definition{RetryStrategy: batch.RetryStrategy{Attempts: 11}}); err == nil {
		t.Error("11 attempts were not refused")
	}
	if err := array(2).Check(batch.Definition{}); err != nil {
		t.Errorf("an array of 2: %v", err)
	}
}
