package iam

import (
	"fmt"
	"slices"
	"strings"
)

// Condition has the values that a request must have, by operator and key: one of the values of
// every key.
type Condition map[string]map[string]Values

// operators compare a policy's value with a request's ("IAM JSON policy elements:
// Condition operators", AWS IAM User Guide). None of them holds for a missing key.
var operators = map[string]func(value, requests string) bool{
	"ArnEquals":    matchesARN, // IAM does not tell the two apart.
	"ArnLike":      matchesARN,
	"Bool":         strings.EqualFold,
	"StringEquals": func(value, requests string) bool { return value == requests },
	"StringLike":   matches,
}

// keys are what a condition may ask for, in lower case. The name of a tag follows a slash.
var keys = []string{
	"aws:principalaccount",
	"aws:requesttag/",
	"aws:resourceaccount",
	"aws:resourcetag/",
	"aws:securetransport",
	"aws:sourceaccount",
	"aws:sourcearn",
	"events:detail-type",
	"kms:encryptioncontext:aws:logs:arn",
	"kms:viaservice",
	"lambda:sourcefunctionarn",
	"kms:encryptioncontext:parameter_arn",
	"kms:encryptioncontext:secretarn",
	"s3:prefix",
}

func isKey(key string) bool {
	key = strings.ToLower(key)
	kind, tag, tagged := strings.Cut(key, "/")
	if tagged {
		return tag != "" && slices.Contains(keys, kind+"/")
	}
	return slices.Contains(keys, key)
}

// check returns an error for what is not known.
func (c Condition) check() error {
	for operator, asked := range c {
		if operators[operator] == nil {
			return fmt.Errorf("condition operator %q is not known", operator)
		}
		for key := range asked {
			if !isKey(key) {
				return fmt.Errorf("condition key %q is not known", key)
			}
		}
	}
	return nil
}

func (c Condition) holds(r Request) bool {
	for operator, asked := range c {
		for key, values := range asked {
			requests, ok := r.value(key)
			fits := func(value string) bool { return operators[operator](value, requests) }
			if !ok || !slices.ContainsFunc(values, fits) {
				return false
			}
		}
	}
	return true
}
