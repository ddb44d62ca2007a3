package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"batchjobwithlambda/batch/operate/cost"
)

// monthOf is the bill of the fake's month, by what is on it.
func (f *fake) monthOf(t *testing.T) map[string]cost.Item {
	t.Helper()
	out, messages, _ := f.typed(t, "cost", "-month", "-json")
	var bill cost.Bill
	if err := json.Unmarshal([]byte(out), &bill); err != nil {
		t.Fatalf("%v: %q", err, messages)
	}
	items := map[string]cost.Item{}
	for _, item := range bill.Items {
		items[item.What] = item
	}
	return items
}

func wantAbout(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-6 {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// AWS Batch forgets its jobs after a week, and so they are none of those of this account.
func TestAMonthCostsWhatTheReportsOfItsRunsSay(t *testing.T) {
	f := newFake(t)
	for i, name := range []string{"last-month", "first", "second", "idle"} {
		f.ended(name, sfntypes.ExecutionStatusSucceeded)
		if name != "idle" {
			f.leaveReport(t, name, 1)
		}
		f.executions[i].started = time.Date(2026, 11, i, 0, 0, 0, 0, time.UTC)
	}
	month := f.monthOf(t)
	wantAbout(t, "hours of jobs", month["jobs"].Amount, 2)
	wantAbout(t, "transitions of three runs", month["Step Functions"].Amount, 21)
	wantAbout(t, "objects written, and files", month["S3, writing"].Amount, 2*10+3*4)
}

// startsOf adds starts of the month, one a second from its beginning.
func (f *fake) startsOf(month time.Month, number int, status sfntypes.ExecutionStatus) {
	for i := range number {
		f.executions = append(f.executions, &execution{
			name: fmt.Sprintf("scheduled-%d-%d", month, i), status: status,
			started: time.Date(2026, month, 1, 0, 0, i, 0, time.UTC),
		})
	}
}

func (f *fake) asked(action string) (times int) {
	for _, asked := range f.actions {
		if asked == action {
			times++
		}
	}
	return times
}

func TestAMonthLooksAtNoStartBeforeItAndOnceAtEachOfItsOwn(t *testing.T) {
	f := newFake(t)
	f.startsOf(time.October, 5000, sfntypes.ExecutionStatusSucceeded)
	f.startsOf(time.November, 30, sfntypes.ExecutionStatusSucceeded)
	f.leaveReport(t, "scheduled-11-7", 0)
	f.leaveReport(t, "scheduled-11-8", 0)
	wantAbout(t, "transitions of two runs, as the others found nothing to do", f.monthOf(t)["Step Functions"].Amount, 14)
	if lists, files := f.asked("states:ListExecutions"), f.asked("s3:GetObject"); lists != 1 || files != 30 {
		t.Errorf("got %d requests for executions and %d for files, want 1 and 30", lists, files)
	}
}

func TestAMonthOfMoreStartsThanAreLookedAtSaysWhichOfThemCount(t *testing.T) {
	f := newFake(t)
	f.startsOf(time.November, mostStartsOfMonth+10, sfntypes.ExecutionStatusRunning)
	_, messages, code := f.typed(t, "cost", "-month", "-json")
	if want := "counted are the newest 50,000 starts, back to 2026-11-01 00:00:10"; code != exitDone || !strings.Contains(messages, want) {
		t.Errorf("got exit code %d and %q, want %q", code, messages, want)
	}
	f.executions = f.executions[10:]
	if _, messages, code := f.typed(t, "cost", "-month"); code != exitDone || messages != "" {
		t.Errorf("of as many as are looked at got exit code %d and %q, want nothing", code, messages)
	}
}

func TestAMonthCountsWhatStandsForAsLongAsItDoes(t *testing.T) {
	f := newFake(t)
	f.endpoints = `<vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId><subnetIdSet><item>subnet-1</item>` +
		`<item>subnet-2</item></subnetIdSet></item><item><vpcEndpointId>vpce-2</vpcEndpointId></item></vpcEndpointSet>`
	f.metrics = map[string]float64{"IncomingBytes": 1 << 30, "BucketSizeBytes": 100 << 30}
	const hours, month = 24*24 + 12, 30 * 24.0 // Until noon of the 25th.
	items := f.monthOf(t)
	wantAbout(t, "hours of an endpoint in two subnets", items["interface endpoints"].Amount, 2*hours)
	wantAbout(t, "dollars for a key", items["KMS keys"].Dollars, hours/month)
	wantAbout(t, "dollars for an alarm", items["alarms"].Dollars, 0.1*hours/month)
	wantAbout(t, "dollars for a dashboard", items["dashboards"].Dollars, 3*hours/month)
	wantAbout(t, "GiB of logs of 25 days", items["logs, taken in"].Amount, 25)
	wantAbout(t, "GiB-months of 100 GiB", items["S3, storing"].Amount, 100*hours/month)

	f.stack.CreationTime = new(noon.Add(-time.Hour))
	wantAbout(t, "hours of what was deployed an hour ago", f.monthOf(t)["interface endpoints"].Amount, 2)
}

func TestAMonthSaysWhatItCountsAndWhatNot(t *testing.T) {
	out, messages, code := newFake(t).typed(t, "cost", "-month")
	for _, want := range []string{"2026-11 until now, 0 runs", "Prices of us-east-1", "Counted are", "Not counted"} {
		if !strings.Contains(out, want) {
			t.Errorf("got exit code %d, %q and no %q in:\n%s", code, messages, want, out)
		}
	}
	if _, messages, code := newFake(t).typed(t, "cost", "run", "-month"); code != exitNotDone || !strings.Contains(messages, `got the run "run" besides`) {
		t.Errorf("of a run and of the month got exit code %d and %q", code, messages)
	}
}

func TestTheMonthOfAFolderIsThatOfItsRuns(t *testing.T) {
	out, messages, code := typed(t, "cost", "-month", "-local", localFolder(t))
	if code != exitDone || strings.Contains(out, "alarms") || !strings.Contains(out, "until now, ") {
		t.Errorf("got exit code %d, %q and:\n%s", code, messages, out)
	}
}
