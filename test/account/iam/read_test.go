package iam_test

import (
	"strings"
	"testing"

	"batchjobwithlambda/test/account"
	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/template"
)

// parse is a template with a role and its policy, in which one statement stands as given.
func parse(t *testing.T, resources string) (iam.Policies, error) {
	t.Helper()
	parsed, err := template.Parse("Stack", []byte(`{"Resources": {`+resources+`}}`), account.Types())
	if err != nil {
		t.Fatal(err)
	}
	return iam.Read(parsed)
}

func managed(statement string) string {
	return `
		"Bucket": {"Type": "AWS::S3::Bucket"},
		"Role": {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": [{"Ref": "Policy"}]}},
		"Policy": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Version": "2012-10-17", "Statement": [` + statement + `]}}}`
}

func TestATemplatesPoliciesHoldForWhomTheyAreAttachedTo(t *testing.T) {
	policies, err := parse(
		t,
		managed(
			`{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": {"Fn::Join": ["", [{"Fn::GetAtt": ["Bucket", "Arn"]}, "/input/*"]]}}`,
		)+`,
		"BucketPolicy": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": {"Version": "2012-10-17", "Statement": [
			{"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}}}`,
	)
	if err != nil {
		t.Fatal(err)
	}
	request := iam.Request{
		Principal: "arn:aws:iam::111122223333:role/Stack-Role",
		Action:    "s3:GetObject",
		Resource:  "arn:aws:s3:::stack-bucket/input/a",
	}
	if err := policies.Check(request); err != nil {
		t.Error(err)
	}
	request.Context = map[string]string{"aws:SecureTransport": "false"}
	if policies.Check(request) == nil {
		t.Error("the bucket's policy is not asked")
	}
}

func TestWhatAPolicyMayMeanIsKnownOrAnError(t *testing.T) {
	for want, resources := range map[string]string{
		`operator "StringNotLike"`:               managed(`{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringNotLike": {"s3:prefix": "a"}}}`),
		`operator "stringlike"`:                  managed(`{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"stringlike": {"s3:prefix": "a"}}}`),
		`key "s3:max-keys"`:                      managed(`{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringLike": {"s3:max-keys": "a"}}}`),
		`key "aws:ResourceTag/"`:                 managed(`{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringLike": {"aws:ResourceTag/": "a"}}}`),
		`"NotAction"`:                            managed(`{"Effect": "Allow", "NotAction": "s3:GetObject", "Resource": "*"}`),
		`effect "allow"`:                         managed(`{"Effect": "allow", "Action": "s3:GetObject", "Resource": "*"}`),
		`no action`:                              managed(`{"Effect": "Allow", "Resource": "*"}`),
		`nor a whole ARN`:                        managed(`{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3"}`),
		`resources []`:                           managed(`{"Effect": "Allow", "Action": "s3:GetObject"}`),
		`variables`:                              managed(`{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:username}"}`),
		`"Federated"`:                            managed(`{"Effect": "Allow", "Principal": {"Federated": "a"}, "Action": "s3:GetObject", "Resource": "*"}`),
		`neither a text`:                         managed(`{"Effect": "Allow", "Action": 1, "Resource": "*"}`),
		`PermissionsBoundary`:                    `"Role": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": "a"}}`,
		`property Policies`:                      `"Role": {"Type": "AWS::IAM::Role", "Properties": {"Policies": []}}`,
		`arn:aws:iam::aws:policy/ReadOnlyAccess`: `"Role": {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}}`,
		`property Roles`:                         `"Policy": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"Roles": ["a"]}}`,
		`"AWS::IAM::RolePolicy"`:                 `"Policy": {"Type": "AWS::IAM::RolePolicy"}`,
		`"AWS::IAM::Group"`:                      `"Group": {"Type": "AWS::IAM::Group"}`,
		`"AWS::Lambda::Permission"`:              `"Permission": {"Type": "AWS::Lambda::Permission"}`,
		`version "2008-10-17"`:                   `"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Version": "2008-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}}}`,
	} {
		if _, err := parse(t, resources); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want one about %s", err, want)
		}
	}
}
