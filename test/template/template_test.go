package template_test

import (
	"reflect"
	"strings"
	"testing"

	"batchjobwithlambda/test/template"
)

const stack = `{"Resources": {
	"Bucket": {"Type": "AWS::S3::Bucket"},
	"Queue": {"Type": "AWS::Batch::JobQueue"},
	"Vpc": {"Type": "AWS::EC2::VPC"},
	"Resource": {"Type": "A::Test::Resource", "Properties": {"Value": %VALUE%, "Other": {"Ref": "Nothing"}}},
	"Conditional": {"Type": "A::Test::Resource", "Condition": "Sometimes"}
}}`

var types = template.Types{
	"AWS::S3::Bucket": {ARN: "arn:aws:s3:::%s", Ref: "%s", Attribute: "Arn", LowerCase: true},
	"AWS::Batch::JobQueue": {
		ARN: template.ARN("batch", "job-queue/%s"),
		Ref: template.ARN("batch", "job-queue/%s"),
	},
	"AWS::EC2::VPC": {},
}

type properties struct {
	Value any
	Other template.Ignored
}

func parse(t *testing.T, value string) *template.Template {
	t.Helper()
	parsed, err := template.Parse("Stack-dev", []byte(strings.ReplaceAll(stack, "%VALUE%", value)), types)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// resolve resolves a resource of the stack.
func resolve(t *testing.T, value, id string, into any) error {
	t.Helper()
	parsed := parse(t, value)
	return parsed.Resolve(parsed.Resources[id], into)
}

func TestIntrinsicFunctionsResolveToNamesAndARNs(t *testing.T) {
	for value, want := range map[string]any{
		`"as it is"`:                                            "as it is",
		`{"Ref": "AWS::Region"}`:                                "eu-north-1",
		`{"Ref": "Bucket"}`:                                     "stack-dev-bucket",
		`{"Fn::GetAtt": ["Bucket", "Arn"]}`:                     "arn:aws:s3:::stack-dev-bucket",
		`{"Ref": "Queue"}`:                                      "arn:aws:batch:eu-north-1:111122223333:job-queue/Stack-dev-Queue",
		`{"Fn::Sub": "${Queue}, ${!Literal}"}`:                  "arn:aws:batch:eu-north-1:111122223333:job-queue/Stack-dev-Queue, ${Literal}",
		`{"Fn::Sub": "${Bucket.Arn}/*"}`:                        "arn:aws:s3:::stack-dev-bucket/*",
		`{"Fn::Join": ["-", ["a", {"Ref": "AWS::StackName"}]]}`: "a-Stack-dev",
		`{"Fn::Select": [1, {"Fn::Split": [":", "a:b:c"]}]}`:    "b",
		`{"List": [{"Ref": "AWS::Partition"}, 1, true, {"Deep": {"Ref": "AWS::AccountId"}}]}`: map[string]any{
			"List": []any{"aws", 1.0, true, map[string]any{"Deep": "111122223333"}},
		},
	} {
		var got properties
		if err := resolve(t, value, "Resource", &got); err != nil {
			t.Errorf("%s: %v", value, err)
		} else if !reflect.DeepEqual(got.Value, want) {
			t.Errorf("%s is %v, want %v", value, got.Value, want)
		}
	}
}

func TestWhatIsNotKnownIsAnError(t *testing.T) {
	for value, want := range map[string]string{
		`{"Fn::If": ["Sometimes", 1, 2]}`:      "Fn::If",
		`{"Ref": "Nothing"}`:                   `no resource "Nothing"`,
		`{"Ref": "Vpc"}`:                       "AWS::EC2::VPC",
		`{"Fn::GetAtt": ["Vpc", "CidrBlock"]}`: "CidrBlock",
		`{"Fn::Sub": "${Bucket.DomainName}"}`:  "DomainName",
		`{"Fn::Sub": ["${a}", {"a": "b"}]}`:    "only a text",
		`{"Fn::Select": [3, ["a"]]}`:           "no such element",
		`{"Fn::Join": ["-", [["a"]]]}`:         "is not a text",
	} {
		err := resolve(t, value, "Resource", &properties{})
		if err == nil || !strings.Contains(err.Error(), want) ||
			!strings.Contains(err.Error(), "Resource (A::Test::Resource): property Value") {
			t.Errorf("%s: got error %v, want one about %s", value, err, want)
		}
	}
}

func TestAPropertyThatIsNotNamedIsAnError(t *testing.T) {
	for name, into := range map[string]any{
		"property Value": &struct{ Other template.Ignored }{},
		`unknown field "Nested"`: &struct {
			Value struct{ Known string }
			Other template.Ignored
		}{},
	} {
		err := resolve(t, `{"Nested": 1}`, "Resource", into)
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got error %v, want one about %s", err, name)
		}
	}
}

func TestAConditionalResourceIsAnError(t *testing.T) {
	err := resolve(t, "1", "Conditional", &properties{})
	if err == nil || !strings.Contains(err.Error(), "conditional") {
		t.Errorf("got error %v, want one about the condition", err)
	}
}
