package test

import (
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/template"
)

type budget struct {
	Budget struct {
		BudgetType, TimeUnit string
		BudgetLimit          struct {
			Amount float64
			Unit   string
		}
		CostFilters map[string][]string
	}
	NotificationsWithSubscribers []struct {
		Notification struct {
			NotificationType, ThresholdType string
			Threshold                       float64
		}
		Subscribers []struct {
			SubscriptionType string
			Address          any
		}
	}
}

func TestABudgetTellsTheTopicBeforeAndWhenTheLimitOfAMonthIsReached(t *testing.T) {
	s := inGrid(t, "public-fs-own")
	var b budget
	decode(t, s.only(t, "AWS::Budgets::Budget"), &b)
	if b.Budget.TimeUnit != "MONTHLY" || b.Budget.BudgetLimit.Amount != 100 || b.Budget.BudgetLimit.Unit != "USD" {
		t.Errorf("the budget is %+v", b.Budget)
	}
	var told []string
	for _, n := range b.NotificationsWithSubscribers {
		told = append(told, template.Render([]any{n.Notification.NotificationType, n.Notification.Threshold}))
		if len(n.Subscribers) != 1 || template.Render(n.Subscribers[0].Address) != "${NotificationsTopic}" {
			t.Errorf("at %v it tells %+v, want the topic", n.Notification.Threshold, n.Subscribers)
		}
	}
	if want := []string{"ACTUAL, 80", "ACTUAL, 100", "FORECASTED, 100"}; !slices.Equal(told, want) {
		t.Errorf("it tells at %v, want %v", told, want)
	}
}

// The costs are found by the tag, so what costs has to have it: the jobs, and all of the pipeline.
func TestABudgetCountsWhatHasTheTagOfThePipeline(t *testing.T) {
	for _, environment := range []string{"public-fs-own", "nat-es-own"} {
		s := inGrid(t, environment)
		tag := "BatchJobWithLambda-" + environment + "/main"
		var b budget
		decode(t, s.only(t, "AWS::Budgets::Budget"), &b)
		if got := b.Budget.CostFilters["TagKeyValue"]; !slices.Equal(got, []string{"user:pipeline$" + tag}) {
			t.Errorf("%s: it counts %q", environment, got)
		}
		for _, name := range []string{"Submit Batch Job", "Submit Batch Array Job"} {
			if tags := s.definition(t).States[name].Parameters["Tags"].(map[string]any); tags["pipeline"] != tag {
				t.Errorf("%s: %s has the tags %v", environment, name, tags)
			}
		}
		has := func(r *template.Resource, property string) bool {
			text := template.Render(r.Properties[property])
			return strings.Contains(text, `"Key":"pipeline"`) && strings.Contains(text, tag)
		}
		for _, kind := range []string{"AWS::S3::Bucket", "AWS::Lambda::Function", "AWS::StepFunctions::StateMachine"} {
			for _, r := range s.OfType(kind) {
				if !has(r, "Tags") {
					t.Errorf("%s: %s has not the tag: %v", environment, r.ID, r.Properties["Tags"])
				}
			}
		}
		for _, r := range s.OfType("AWS::EC2::LaunchTemplate") {
			if !has(r, "LaunchTemplateData") {
				t.Errorf("%s: instances have not the tag", environment)
			}
		}
		for _, r := range s.Sorted() {
			if strings.HasPrefix(r.Type, "AWS::Batch::") && r.Properties["Tags"] != nil {
				t.Errorf("%s: %s has a tag, which would replace it", environment, r.ID)
			}
		}
	}
}

// AWS Budgets is refused by a topic, and by the key that encrypts it, that do not let it in.
func TestTheTopicAndItsKeyLetTheBudgetsOfTheAccountPublish(t *testing.T) {
	s := inGrid(t, "public-fs-own")
	for sid, actions := range map[string][]string{
		"LetBudgetsPublish": {"sns:Publish"},
		"PublishBudgets":    {"kms:Decrypt", "kms:GenerateDataKey"},
	} {
		found := 0
		for _, statement := range s.statements(t) {
			if statement.Sid != sid {
				continue
			}
			found++
			account := template.Render(statement.Condition["StringEquals"]["aws:SourceAccount"])
			source := template.Render(statement.Condition["ArnLike"]["aws:SourceArn"])
			if !slices.Equal(statement.Actions, actions) || account != "${AWS::AccountId}" ||
				source != "arn:${AWS::Partition}:budgets::${AWS::AccountId}:*" {
				t.Errorf("%s allows %v if the source is %s of %s", sid, statement.Actions, source, account)
			}
		}
		if found != 1 {
			t.Errorf("got %d statements %s, want one", found, sid)
		}
	}
	if after := s.only(t, "AWS::Budgets::Budget").DependsOn; !slices.Contains(after, s.Named("NotificationsTopicPolicy").ID) {
		t.Errorf("the budget is made after %v, want it after the topic's policy", after)
	}
	for _, statement := range prod.statements(t) {
		if strings.Contains(statement.Sid, "Budgets") {
			t.Errorf("prod has no budget, and %s", statement.Sid)
		}
	}
}
