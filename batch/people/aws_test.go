package people_test

import (
	"fmt"
	"testing"

	"batchjobwithlambda/batch/people"
)

func TestTheLinkLeadsToThePartitionsConsole(t *testing.T) {
	for _, test := range []struct{ partition, region, host string }{
		{"aws", "eu-north-1", "eu-north-1.console.aws.amazon.com"},
		{"aws-cn", "cn-north-1", "cn-north-1.console.amazonaws.cn"},
		{"aws-us-gov", "us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"},
		{"aws-eusc", "eusc-de-east-1", "eusc-de-east-1.console.amazonaws-eusc.eu"},
		{"aws-iso", "us-iso-east-1", ""},
	} {
		arn := fmt.Sprintf("arn:%s:states:%s:111122223333:execution:Pipeline:demo", test.partition, test.region)
		want := ""
		if test.host != "" {
			want = fmt.Sprintf("https://%s/states/home?region=%s#/v2/executions/details/%s", test.host, test.region, arn)
		}
		if got := people.ExecutionLink(arn); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for _, arn := range []string{"", "demo", "arn:aws", "urn:aws:states:eu-north-1:111122223333:execution:Pipeline:demo"} {
		if got := people.ExecutionLink(arn); got != "" {
			t.Errorf("%q: got %s, want none", arn, got)
		}
	}
}

func TestTheStartCommandCanBePasted(t *testing.T) {
	const machine = "arn:aws:states:eu-north-1:111122223333:stateMachine:Pipeline"
	const want = `aws stepfunctions start-execution --region eu-north-1 --state-machine-arn ` + machine +
		` --input '{"prefix":"a b"}'`
	if got := people.StartCommand(machine, `{"prefix":"a b"}`); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
