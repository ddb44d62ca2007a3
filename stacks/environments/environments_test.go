package environments

import (
	"os"
	"strings"
	"testing"

	"github.com/dustin/go-humanize"
)

func TestTheEnvironmentsAreValid(t *testing.T) {
	for _, name := range All.Names() {
		if _, err := All.Named(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestJobsOfDevHaveTheTimeThatThePageOnPerformanceSays(t *testing.T) {
	page, err := os.ReadFile("../../docs/performance.md")
	if err != nil {
		t.Fatal(err)
	}
	settings := dev.WithDefaults()
	pipeline := settings.Pipelines[0]
	seconds := pipeline.SubmitLimit().Seconds() * float64(settings.Compute.MaxVCPUs) / pipeline.Job.VCPU
	if want := humanize.Comma(int64(seconds)) + " seconds of a job"; !strings.Contains(string(page), want) {
		t.Errorf("the page does not say %q", want)
	}
}
