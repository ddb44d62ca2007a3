package main

import (
	"strings"
	"testing"
)

// stack has one resource of each type.
func stack(types ...string) template {
	t := template{Resources: map[string]struct{ Type string }{}}
	for i, kind := range types {
		t.Resources[string(rune('A'+i))] = struct{ Type string }{kind}
	}
	return t
}

func TestAPeerHasAsManyResourcesOfEachType(t *testing.T) {
	if err := sameStack(
		stack("AWS::SNS::Topic", "AWS::IAM::Role", "AWS::IAM::Role"),
		stack("AWS::IAM::Role", "AWS::SNS::Topic", "AWS::IAM::Role"),
	); err != nil {
		t.Errorf("in another order: %v", err)
	}
}

func TestAStackThatIsNoPeerIsNamedWithWhatDiffers(t *testing.T) {
	err := sameStack(
		stack("AWS::IAM::Role", "AWS::IAM::Role", "AWS::S3::Bucket"),
		stack("AWS::IAM::Role", "AWS::SNS::Topic", "AWS::S3::Bucket"),
	)
	if err == nil || !strings.Contains(err.Error(), "AWS::IAM::Role (+1), AWS::SNS::Topic (-1):") {
		t.Errorf("got %v", err)
	}
}
