package checkers

import (
	"regexp"
	"strings"
)

// finding is a rule of a pack, and where it is broken.
type finding struct {
	Pack string
	// Rule is without the pack's name, because packs share their rules; those of
	// AwsSolutions are its own.
	Rule string
	// Place is the resource's path in the app and, where the rule says which part of the
	// resource it is about, a space and that.
	Place string
}

// defaultPipeline is the name of the one pipeline in dev and prod, which goes without saying.
const defaultPipeline = "main"

// reference is a resource as cdk-nag writes it, with the hash of its logical id.
var reference = regexp.MustCompile(`<(?:` + defaultPipeline + `)?(\w+?)[0-9A-F]{8}(\.\w+)?>`)

// part is a part of a resource's ARN, which cdk-nag writes as CloudFormation would take it.
var part = regexp.MustCompile(`\{"Fn::Select":\[\d+,\{"Fn::Split":\[":",\{"Ref":"(\w+)"\}\]\}\]\}`)

// newFinding reads a rule such as "AwsSolutions-IAM5[Resource::*]", and the path of a
// resource, which begins with the name of the stack and, in a pipeline, with its name.
func newFinding(rule, path string) finding {
	rule, about, _ := strings.Cut(strings.TrimSuffix(rule, "]"), "[")
	pack, name, _ := strings.Cut(rule, "-")
	if pack == "AwsSolutions" {
		name = rule
	}
	if _, below, inStack := strings.Cut(path, "/"); inStack {
		path = strings.TrimPrefix(below, defaultPipeline+"/")
	}
	about = reference.ReplaceAllString(part.ReplaceAllString(about, "<$1>"), "<$1$2>")
	place := strings.TrimSpace(strings.TrimSuffix(path, "/Resource") + " " + about)
	return finding{Pack: pack, Rule: name, Place: place}
}
