package updates_test

import (
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/template"
	"batchjobwithlambda/test/updates"
)

const network = `{"Resources": {
	"Net": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
	"Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Net"}, "CidrBlock": "10.0.0.0/24"}},
	"Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"VpcId": {"Ref": "Net"}}},
	"Spot": {"Type": "AWS::Batch::ComputeEnvironment", "Properties": {"ComputeResources": {
		"MaxvCpus": 16,
		"Subnets": [{"Ref": "Subnet"}],
		"SecurityGroupIds": [{"Fn::GetAtt": ["Group", "GroupId"]}],
		"Type": "FARGATE_SPOT"}}},
	"Files": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"},
	"Logs": {"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "Delete", "Properties": {"RetentionInDays": 14}}}}`

func TestAChangeIsWhatTheTableSaysOfItsProperty(t *testing.T) {
	for name, test := range map[string]struct {
		from, to string
		want     []string
	}{
		"nothing": {
			from: `"MaxvCpus": 16`,
			to:   `"MaxvCpus": 16`,
		},
		"vCPUs of Fargate": {
			from: `"MaxvCpus": 16`,
			to:   `"MaxvCpus": 32`,
			want: []string{"Spot ComputeResources.MaxvCpus updated in place"},
		},
		"Spot to on demand": {
			from: `"FARGATE_SPOT"`,
			to:   `"FARGATE"`,
			want: []string{"Spot ComputeResources.Type refused by AWS"},
		},
		"a property that was not there": {
			from: `"MaxvCpus": 16`,
			to:   `"MaxvCpus": 16}, "State": "DISABLED", "ComputeResources": {"MaxvCpus": 16`,
			want: []string{"Spot State updated in place"},
		},
		"a network, and everything that names it": {
			from: `10.0.0.0/16`,
			to:   `10.1.0.0/16`,
			want: []string{
				"Group VpcId replaced",
				"Net CidrBlock replaced",
				"Spot ComputeResources.SecurityGroupIds updated in place",
				"Spot ComputeResources.Subnets updated in place",
				"Subnet VpcId replaced",
			},
		},
		"another resource of the same id": {
			from: `AWS::Logs::LogGroup`,
			to:   `AWS::SNS::Topic`,
			want: []string{"Logs Type refused by AWS"},
		},
		"a log group that is deleted with its stack": {
			from: `"Logs": {`,
			to:   `"Other": {`,
			want: []string{"Logs removed"},
		},
		"a bucket that stays": {
			from: `"Files": {`,
			to:   `"Other": {`,
			want: []string{"Files removed, kept"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			after := strings.Replace(network, test.from, test.to, 1)
			changes, err := updates.Compare(parse(t, network), parse(t, after))
			if err != nil {
				t.Fatal(err)
			}
			if got := lines(changes); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestAChangeThatNobodyLookedUpIsAnError(t *testing.T) {
	for _, added := range []string{
		`"ComputeResources": {"BidPercentage": 50, `,
		`"ComputeEnvironmentName": "mine", "ComputeResources": {`,
	} {
		after := strings.Replace(network, `"ComputeResources": {`, added, 1)
		_, err := updates.Compare(parse(t, network), parse(t, after))
		if err == nil || !strings.Contains(err.Error(), "AWS::Batch::ComputeEnvironment: property Comp") {
			t.Errorf("%s: got %v", added, err)
		}
		if got := updates.Unanswered(parse(t, after)); len(got) != 1 {
			t.Errorf("%s: got %q, want one line", added, got)
		}
	}
}

func TestATypeThatNobodyLookedUpIsAnError(t *testing.T) {
	other := strings.Replace(network, "AWS::Logs::LogGroup", "AWS::Logs::Other", 1)
	_, err := updates.Compare(parse(t, other), parse(t, other))
	if err == nil || !strings.Contains(err.Error(), "AWS::Logs::Other has no answers") {
		t.Errorf("got %v", err)
	}
	if got := updates.Unanswered(parse(t, other)); len(got) != 1 {
		t.Errorf("got %q, want one line", got)
	}
}

func TestWhatNoTemplateAsksForIsUnused(t *testing.T) {
	unused := updates.Unused(parse(t, network))
	if !slices.Contains(unused, "AWS::Batch::ComputeEnvironment State") {
		t.Errorf("State is not in %q", unused)
	}
	if slices.Contains(unused, "AWS::Batch::ComputeEnvironment ComputeResources.MaxvCpus") {
		t.Error("MaxvCpus counts as unused")
	}
}

func TestWhatHoldsNothingCostsNothing(t *testing.T) {
	if cost := updates.CostOf("AWS::Events::Rule"); !cost.None() {
		t.Errorf("a rule costs %q", cost)
	}
	if cost := updates.CostOf("AWS::StepFunctions::StateMachine").String(); !strings.Contains(cost, "; ") {
		t.Errorf("a state machine costs %q, want what runs and what is stored", cost)
	}
}

func parse(t *testing.T, text string) *template.Template {
	t.Helper()
	parsed, err := template.Parse("Stack", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func lines(changes []updates.Change) []string {
	var all []string
	for _, change := range changes {
		line := change.ID + " "
		if change.Property != "" {
			line += change.Property + " "
		}
		line += string(change.Effect)
		if change.Kept {
			line += ", kept"
		}
		all = append(all, line)
	}
	return all
}
