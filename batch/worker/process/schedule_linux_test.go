package process

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

const (
	// policyField is where the policy of scheduling is in what follows the name of a process in its
	// stat ("proc_pid_stat(5)": the state is field 3, the policy field 41), and batchPolicy is
	// SCHED_BATCH.
	policyField = 41 - 3
	batchPolicy = "3"
)

func wantBatch(t *testing.T, who, stat string) {
	t.Helper()
	_, fields, _ := strings.Cut(stat, ") ")
	if got := strings.Fields(fields)[policyField]; got != batchPolicy {
		t.Errorf("%s: got the policy %s, want %s", who, got, batchPolicy)
	}
}

func TestAllThreadsAndCommandsAreScheduledAsABatch(t *testing.T) {
	ScheduleAsBatch()
	for _, thread := range numbersIn("/proc/self/task") {
		if stat, err := os.ReadFile(fmt.Sprintf("/proc/self/task/%d/stat", thread)); err == nil { // Or it has ended.
			wantBatch(t, "a thread", string(stat))
		}
	}
	stat, _, err := run(t, newRunner(t, Settings{Command: []string{"cat", "/proc/self/stat"}}), "a", "")
	if err != nil {
		t.Fatal(err)
	}
	wantBatch(t, "a command", stat)
}
