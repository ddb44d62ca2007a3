package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects/objectstest"
)

// planJob plans a run of the command.
func (w fixture) planJob(t *testing.T, name, input string, job contract.Job) contract.Plan {
	t.Helper()
	plan, err := w.handle(t.Context(), contract.PlanRequest{
		Run: name, Started: started, Job: job, Input: contract.RawInput(input),
	})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

var (
	gzip = contract.Job{Command: []string{"gzip", "-9"}}
	// slow is what gzip was measured to be: so slow that an object is a shard.
	slow = contract.Measured{
		Command:  `["gzip","-9"]`,
		Estimate: contract.Estimate{Run: "nightly", ObjectSeconds: 600, GiBSeconds: 60},
	}
)

func text(t *testing.T, measured contract.Measured) string {
	t.Helper()
	text, err := json.Marshal(measured)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestARunIsCutByWhatTheLastOneMeasured(t *testing.T) {
	w := newFixture(t)
	w.settings.ShardBytes = 0
	w.put(t, "input/a", "input/b", "input/c")
	if plan := w.planJob(t, "guessed", `{}`, gzip); plan.Shards != 1 || plan.Forecast.Estimate != contract.Guess() {
		t.Errorf("got %+v, want one shard by a guess", plan)
	}
	put(t, w.files, "runs/measured.json", text(t, slow))
	plan := w.planJob(t, "measured", `{}`, gzip)
	if plan.Shards != 3 || plan.Forecast.Run != "nightly" || plan.Forecast.ShardSeconds < 600 || plan.Forecast.ShardSeconds > 601 {
		t.Errorf("got %+v, want a shard for each object, by what run nightly measured", plan)
	}
}

func TestWhatCannotBeUsedIsNoMeasurement(t *testing.T) {
	other := slow
	other.Command = `["gzip","-1"]`
	impossible := slow
	impossible.ObjectSeconds = -1
	for name, file := range map[string]string{
		"another command":    text(t, other),
		"an impossible time": text(t, impossible),
		"garbage":            "\x00{",
		"another version":    `{"command":"[\"gzip\",\"-9\"]","seconds":{"object":600}}`,
		"a list":             `[]`,
		"nothing":            ``,
	} {
		w := newFixture(t)
		w.put(t, "input/a")
		put(t, w.files, "runs/measured.json", file)
		if plan := w.planJob(t, "run", `{}`, gzip); plan.Forecast.Estimate != contract.Guess() {
			t.Errorf("%s: got %+v, want a guess", name, plan.Forecast)
		}
	}
}

func TestOtherValuesOfParametersAreAnotherCommand(t *testing.T) {
	job := contract.Job{Command: []string{"gzip", "-{param.level}"}, Parameters: contract.Parameters{"level": "9"}}
	w := newFixture(t)
	w.put(t, "input/a")
	put(t, w.files, "runs/measured.json", text(t, slow))
	for level, want := range map[string]string{"9": "nightly", "1": ""} {
		plan := w.planJob(t, "level"+level, fmt.Sprintf(`{"parameters":{"level":%q}}`, level), job)
		if plan.Forecast.Run != want {
			t.Errorf("level %s: got %+v, want a measurement of run %q", level, plan.Forecast, want)
		}
	}
}

func TestARunIsPlannedAlthoughWhatWasMeasuredCannotBeRead(t *testing.T) {
	w := newFixture(t, objectstest.Refuse(http.MethodGet, "/measured.json", http.StatusForbidden))
	w.put(t, "input/a")
	put(t, w.files, "runs/measured.json", text(t, slow))
	if plan := w.planJob(t, "run", `{}`, gzip); plan.Objects != 1 || plan.Forecast.Estimate != contract.Guess() {
		t.Errorf("got %+v, want a plan by a guess", plan)
	}
}
