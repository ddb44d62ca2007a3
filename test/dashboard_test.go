package test

import (
	"strings"
	"testing"

	"batchjobwithlambda/test/template"
)

// page is the body of the stack's only dashboard.
func (s stack) page(t *testing.T) string {
	t.Helper()
	return template.Render(s.only(t, "AWS::CloudWatch::Dashboard").Properties["DashboardBody"])
}

func TestADashboardHasASectionForEachPipelineWithItsOwnLogsAndRuns(t *testing.T) {
	_, sections, _ := strings.Cut(of(t, pair).page(t), "# pair/")
	for i, section := range strings.Split(sections, "# pair/") {
		own, other := pipelinesOfPair[i], pipelinesOfPair[1-i]
		if name, _, _ := strings.Cut(section, `"`); strings.ReplaceAll(name, "-", "") != own {
			t.Errorf("section %d is of %s, want %s", i, name, own)
		}
		for _, of := range []string{"${" + own + "JobLogs}", "${" + own + "WorkflowLogs}", "${" + own + "WorkflowStateMachine}"} {
			if !strings.Contains(section, of) {
				t.Errorf("the section of %s does not show %s", own, of)
			}
		}
		if strings.Contains(section, "${"+other) {
			t.Errorf("the section of %s shows something of %s", own, other)
		}
	}
}

func TestADashboardShowsEveryAlarmAndALinkOpensIt(t *testing.T) {
	for environment, stack := range everyKind(t) {
		page := stack.page(t)
		for _, alarm := range stack.OfType("AWS::CloudWatch::Alarm") {
			if !strings.Contains(page, "${"+alarm.Name()+".Arn}") {
				t.Errorf("%s: %s is not on the dashboard", environment, alarm.ID)
			}
		}
		if link := template.Render(stack.Outputs["DashboardLink"].Value); !strings.HasSuffix(link, "${DashboardPage}") {
			t.Errorf("%s: the link to the dashboard is %q", environment, link)
		}
	}
}

// CloudWatch gives an account three dashboards for nothing, of up to 50 metrics each ("Amazon CloudWatch Pricing").
func TestADashboardOfEightPipelinesIsStillFree(t *testing.T) {
	const free, most = 50, 8
	if got := strings.Count(dev.page(t), `"AWS/States"`); got == 0 || got*most > free {
		t.Errorf("a pipeline's section shows %d metrics, want 1 to %d", got, free/most)
	}
}

func TestAnEnvironmentMayBeWithoutADashboard(t *testing.T) {
	s := of(t, pinned)
	if pages := s.OfType("AWS::CloudWatch::Dashboard"); len(pages) != 0 || s.Outputs["DashboardLink"].Value != nil {
		t.Errorf("got %d dashboards, want none: the settings leave it out", len(pages))
	}
}
