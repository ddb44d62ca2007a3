package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"batchjobwithlambda/test/wire"
)

var dev = options{
	stack: "BatchJobWithLambda-dev",
	yes:   true,
	pause: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
}

// spend does all experiments in the account, and returns what it printed.
func spend(t *testing.T, c *cloud) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := ask(t.Context(), c.config(), dev, strings.NewReader(""), &out, io.Discard)
	return out.String(), err
}

// verdictOf is the verdict of a line that says something of the claim, or "".
func verdictOf(output string, c claim) verdict {
	for line := range strings.Lines(output) {
		before, _, ok := strings.Cut(line, c.text+":")
		if ok {
			return verdict(strings.TrimSpace(before))
		}
	}
	return ""
}

func TestEveryClaimHoldsWhereAWSDoesAsThePipelineHopes(t *testing.T) {
	c := newCloud(t, manners{})
	output, err := spend(t, c)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range experiments {
		for _, claim := range e.claims {
			n++
			if got := verdictOf(output, claim); got != holds {
				t.Errorf("%s: got %q\n%s", claim.text, got, output)
			}
		}
	}
	if n != 9 {
		t.Errorf("there are %d claims, want nine", n)
	}
	if left := c.left(); len(left) > 0 {
		t.Errorf("it left %q", left)
	}
}

func TestAClaimThatDoesNotHoldIsSaidAloneAndNothingIsLeft(t *testing.T) {
	for name, test := range map[string]struct {
		manners manners
		claim   claim
		words   string
	}{
		"a submission with tags is refused": {
			manners{tagsAreRefused: true}, claimTags, "not authorized to perform: batch:TagResource",
		},
		"the user cannot write to its scratch": {
			manners{runFails: true}, claimVolume, "24 of 24 failed",
		},
		"the user cannot write to /tmp": {
			manners{tmpReason: "sh: can't create /tmp/firsthour: Read-only file system"}, claimTmp, "Read-only",
		},
		"an event without an error": {
			manners{eventHasNoError: true}, claimEvent, `the execution has error "InvalidInput"`,
		},
		"a state's timeout leaves the job": {
			manners{stateLeavesJob: true}, claimStateTimeout, "the job was RUNNING",
		},
		"an execution's timeout leaves the job": {
			manners{executionLeavesJob: true}, claimExecutionTimeout, "the job was RUNNING",
		},
		"a stop leaves the children": {
			manners{stopLeavesChildren: true}, claimStop, "of 60 children 58 had not ended",
		},
		"an update of the vCPUs is refused": {
			manners{updateFails: true}, claimVCPUs, "Spot: The following parameters can't be updated",
		},
		"an update of the vCPUs replaces": {
			manners{updateReplaces: true}, claimVCPUs, "arn:spot2",
		},
		"jobs start slowly": {
			manners{startsAreSlow: true}, claimThousand, "1000 started, the first after 40s and the last after 18m",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, test.manners)
			output, err := spend(t, c)
			if got := verdictOf(output, test.claim); got != doesNot {
				t.Errorf("%s: got %q, want %q\n%s", test.claim.text, got, doesNot, output)
			}
			if n := strings.Count(output, string(doesNot)+"  "); n != 1 {
				t.Errorf("%d claims do not hold, want one\n%s", n, output)
			}
			if !strings.Contains(output, test.words) {
				t.Errorf("it does not say %q\n%s", test.words, output)
			}
			if errors.Is(err, errBroken) != test.claim.relied {
				t.Errorf("the pipeline relies on it: %t, but got %v", test.claim.relied, err)
			}
			if left := c.left(); len(left) > 0 {
				t.Errorf("it left %q", left)
			}
		})
	}
}

func TestWhatCannotBeSeenIsNotKnownAndSaysWhy(t *testing.T) {
	denied := wire.Refusal{Code: "AccessDeniedException", Message: "not authorized to do that"}
	for name, test := range map[string]struct {
		manners manners
		claim   claim
		words   string
	}{
		"a volume with a host": {
			manners{volumeHasHost: true}, claimVolume, "volume scratch of definition:1 has a host",
		},
		"a command that fails for another reason": {
			manners{tmpReason: "sh: not found"}, claimTmp, "for another reason: sh: not found",
		},
		"a state machine that may not be made": {
			manners{refuses: map[string]wire.Refusal{"CreateStateMachine": denied}}, claimStateTimeout, denied.Message,
		},
		"a queue that may not be made": {
			manners{refuses: map[string]wire.Refusal{"CreateQueue": denied}}, claimEvent, denied.Message,
		},
		"a stack that may not be updated": {
			manners{refuses: map[string]wire.Refusal{"UpdateStack": denied}}, claimVCPUs, denied.Message,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, test.manners)
			output, err := spend(t, c)
			if err != nil {
				t.Error(err)
			}
			if got := verdictOf(output, test.claim); got != notKnown {
				t.Errorf("%s: got %q, want %q\n%s", test.claim.text, got, notKnown, output)
			}
			if !strings.Contains(output, test.words) {
				t.Errorf("it does not say %q\n%s", test.words, output)
			}
			if left := c.left(); len(left) > 0 {
				t.Errorf("it left %q", left)
			}
		})
	}
}

func TestATemplateThatIsTooLongForARequestIsNotSent(t *testing.T) {
	c := newCloud(t, manners{})
	c.template = strings.Replace(pipelineTemplate, "{", `{"Description": "`+strings.Repeat("x", maxTemplateBytes)+`",`, 1)
	output, _ := spend(t, c)
	if got := verdictOf(output, claimVCPUs); got != notKnown || c.updated {
		t.Errorf("got %q\n%s", got, output)
	}
}

func TestNothingIsStartedWithoutAYes(t *testing.T) {
	for _, typed := range []string{"", "\n", "no\n", "y\n"} {
		c := newCloud(t, manners{})
		asked := dev
		asked.yes = false
		var out bytes.Buffer
		err := ask(t.Context(), c.config(), asked, strings.NewReader(typed), &out, io.Discard)
		if err == nil || c.started > 0 || len(c.store.Keys(bucket, "")) > 0 {
			t.Errorf("%q: %d were started, and %v returned", typed, c.started, err)
		}
		for _, words := range []string{"less than $1", "an update of the stack to 256 vCPUs", "Type yes"} {
			if !strings.Contains(out.String(), words) {
				t.Errorf("it does not say %q: %s", words, &out)
			}
		}
	}
}

func TestAYesStartsIt(t *testing.T) {
	c := newCloud(t, manners{})
	asked := dev
	asked.yes = false
	if err := ask(t.Context(), c.config(), asked, strings.NewReader("yes\n"), io.Discard, io.Discard); err != nil {
		t.Error(err)
	}
	if c.started == 0 {
		t.Error("nothing was started")
	}
}

func TestAnInterruptionLeavesNothingBehind(t *testing.T) {
	c := newCloud(t, manners{stateLeavesJob: true})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	interrupted := dev
	interrupted.pause = func(ctx context.Context, _ time.Duration) error {
		// While an execution and its job go on.
		for arn := range c.executions {
			if strings.HasSuffix(arn, "-state") {
				cancel()
			}
		}
		return ctx.Err()
	}
	var out bytes.Buffer
	if err := ask(ctx, c.config(), interrupted, nil, &out, io.Discard); err != nil {
		t.Error(err)
	}
	if ctx.Err() == nil {
		t.Fatal("nothing was interrupted")
	}
	if left := c.left(); len(left) > 0 {
		t.Errorf("it left %q", left)
	}
	if got := verdictOf(out.String(), claimThousand); got != notKnown {
		t.Errorf("what came after it is %q", got)
	}
}

func TestWhatCannotBeRemovedIsNamed(t *testing.T) {
	c := newCloud(t, manners{refuses: map[string]wire.Refusal{"DeleteQueue": {Code: "AccessDenied", Message: "may not delete"}}})
	_, err := spend(t, c)
	if err == nil || !strings.Contains(err.Error(), "delete queue firsthour-") {
		t.Errorf("got %v", err)
	}
}

func TestAStackThatIsNotThereIsSaidBeforeAnythingIsAsked(t *testing.T) {
	c := newCloud(t, manners{})
	other := dev
	other.stack = "Another"
	err := ask(t.Context(), c.config(), other, nil, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "Stack does not exist") {
		t.Errorf("got %v", err)
	}
}

func TestAPipelineThatIsNotThereIsSaidWithHowToNameIt(t *testing.T) {
	c := newCloud(t, manners{})
	other := dev
	other.pipeline = "thumbnails"
	err := ask(t.Context(), c.config(), other, nil, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "-pipeline") {
		t.Errorf("got %v", err)
	}
}
