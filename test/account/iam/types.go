package iam

import "batchjobwithlambda/test/template"

const global = "arn:" + template.Partition + ":iam::" + template.Account + ":"

// The resources that have policies and do nothing else here.
const (
	typeRole          = "AWS::IAM::Role"
	typeManagedPolicy = "AWS::IAM::ManagedPolicy"
	typeKey           = "AWS::KMS::Key"

	typeInstanceProfile = "AWS::IAM::InstanceProfile"
)

// Types are what decides about requests: roles, their policies, and keys.
var Types = template.Types{
	typeRole:          {ARN: global + "role/%s", Ref: "%s", Attribute: "Arn"},
	typeManagedPolicy: {ARN: global + "policy/%s", Ref: global + "policy/%s"},
	// No instance is started here.
	typeInstanceProfile: {},
	typeKey:             {ARN: template.ARN("kms", "key/%s"), Ref: "%s", Attribute: "Arn"},
}
