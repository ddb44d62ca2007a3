package template

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// kind says what references to a type of resource resolve to.
type kind struct {
	// arn is the ARN, with the resource's name as %s.
	arn string
	// arnAttribute is the attribute that has the ARN, and refIsARN whether Ref has it too.
	arnAttribute string
	refIsARN     bool
	// ref is what Ref has if it is neither the ARN nor the name, with the name as %s.
	ref string
}

var kinds = map[string]kind{
	"AWS::Batch::JobDefinition": {arn: regional("batch", "job-definition/%s:1"), refIsARN: true},
	"AWS::Batch::JobQueue": {
		arn:          regional("batch", "job-queue/%s"),
		arnAttribute: "JobQueueArn",
		refIsARN:     true,
	},
	"AWS::Events::Rule":       {arn: regional("events", "rule/%s"), arnAttribute: "Arn"},
	"AWS::IAM::ManagedPolicy": {arn: "arn:" + Partition + ":iam::" + Account + ":policy/%s", refIsARN: true},
	"AWS::IAM::Role":          {arn: "arn:" + Partition + ":iam::" + Account + ":role/%s", arnAttribute: "Arn"},
	"AWS::KMS::Key":           {arn: regional("kms", "key/%s"), arnAttribute: "Arn"},
	"AWS::Lambda::Function":   {arn: regional("lambda", "function:%s"), arnAttribute: "Arn"},
	"AWS::Logs::LogGroup":     {arn: regional("logs", "log-group:%s:*"), arnAttribute: "Arn"},
	"AWS::S3::Bucket":         {arn: "arn:" + Partition + ":s3:::%s", arnAttribute: "Arn"},
	"AWS::SNS::Topic":         {arn: regional("sns", "%s"), arnAttribute: "TopicArn", refIsARN: true},
	"AWS::SQS::Queue": {
		arn:          regional("sqs", "%s"),
		arnAttribute: "Arn",
		ref:          "https://sqs." + Region + "." + URLSuffix + "/" + Account + "/%s",
	},
	"AWS::StepFunctions::StateMachine": {arn: regional("states", "stateMachine:%s"), arnAttribute: "Arn", refIsARN: true},
}

func regional(service, resource string) string {
	return strings.Join([]string{"arn", Partition, service, Region, Account, resource}, ":")
}

// Name is the physical name of a resource, made as CloudFormation makes it but
// without the random end.
func (t *Template) Name(id string) string {
	name := t.Stack + "-" + id
	if t.Resources[id].Type == "AWS::S3::Bucket" {
		return strings.ToLower(name)
	}
	return name
}

// ARN is the ARN of a resource of a type that the local run refers to.
func (t *Template) ARN(id string) (string, error) {
	k, ok := kinds[t.Resources[id].Type]
	if !ok {
		return "", fmt.Errorf(
			"the ARN of %s is not known: references to type %q are not supported by the local run",
			id,
			t.Resources[id].Type,
		)
	}
	return fmt.Sprintf(k.arn, t.Name(id)), nil
}

// resolve replaces the intrinsic functions in a value by what they stand for.
func (t *Template) resolve(value any) (any, error) {
	switch value := value.(type) {
	case []any:
		resolved := make([]any, len(value))
		for i := range value {
			var err error
			if resolved[i], err = t.resolve(value[i]); err != nil {
				return nil, err
			}
		}
		return resolved, nil
	case map[string]any:
		for name, argument := range value {
			if len(value) == 1 && (name == "Ref" || strings.HasPrefix(name, "Fn::")) {
				result, err := t.call(name, argument)
				if err != nil {
					return nil, fmt.Errorf("%s %v: %w", name, argument, err)
				}
				return result, nil
			}
		}
		resolved := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(value)) {
			var err error
			if resolved[name], err = t.resolve(value[name]); err != nil {
				return nil, err
			}
		}
		return resolved, nil
	}
	return value, nil
}

func (t *Template) call(function string, argument any) (any, error) {
	switch function {
	case "Ref":
		return as(t.ref, argument)
	case "Fn::GetAtt":
		if list, ok := argument.([]any); ok && len(list) == 2 {
			return t.attribute(fmt.Sprint(list[0]), fmt.Sprint(list[1]))
		}
	case "Fn::Sub":
		return as(t.substitute, argument)
	case "Fn::Join", "Fn::Select", "Fn::Split":
		resolved, err := t.resolve(argument)
		if err != nil {
			return nil, err
		}
		if list, ok := resolved.([]any); ok && len(list) == 2 {
			return onList(function, list[0], list[1])
		}
	default:
		return nil, errors.New("this function is not supported by the local run")
	}
	return nil, errors.New("its argument is not of the form that the local run supports")
}

func as(function func(string) (string, error), argument any) (any, error) {
	text, ok := argument.(string)
	if !ok {
		return nil, errors.New("only a text is supported by the local run")
	}
	return function(text)
}

func onList(function string, first, second any) (any, error) {
	switch function {
	case "Fn::Split":
		var parts []any
		for part := range strings.SplitSeq(fmt.Sprint(second), fmt.Sprint(first)) {
			parts = append(parts, part)
		}
		return parts, nil
	case "Fn::Select":
		index, err := strconv.Atoi(fmt.Sprint(first))
		list, ok := second.([]any)
		if err != nil || !ok || index < 0 || index >= len(list) {
			return nil, errors.New("there is no such element")
		}
		return list[index], nil
	}
	list, ok := second.([]any)
	if !ok {
		return nil, errors.New("there is no list to join")
	}
	var parts []string
	for _, part := range list {
		text, ok := part.(string)
		if !ok {
			return nil, fmt.Errorf("%v is not a text", part)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, fmt.Sprint(first)), nil
}

func (t *Template) ref(id string) (string, error) {
	switch id {
	case "AWS::AccountId":
		return Account, nil
	case "AWS::Partition":
		return Partition, nil
	case "AWS::Region":
		return Region, nil
	case "AWS::StackName":
		return t.Stack, nil
	case "AWS::URLSuffix":
		return URLSuffix, nil
	}
	k, ok := kinds[t.Resources[id].Type]
	if !ok {
		return "", fmt.Errorf("a reference to type %q is not supported by the local run", t.Resources[id].Type)
	}
	switch {
	case k.refIsARN:
		return t.ARN(id)
	case k.ref != "":
		return fmt.Sprintf(k.ref, t.Name(id)), nil
	}
	return t.Name(id), nil
}

func (t *Template) attribute(id, name string) (string, error) {
	if k := kinds[t.Resources[id].Type]; name == "" || name != k.arnAttribute {
		return "", fmt.Errorf("attribute %q of type %q is not supported by the local run", name, t.Resources[id].Type)
	}
	return t.ARN(id)
}

var placeholder = regexp.MustCompile(`\$\{([^}]*)\}`)

// substitute resolves "${Name}" and "${Name.Attribute}"; "${!Name}" stands for "${Name}".
func (t *Template) substitute(text string) (string, error) {
	var failed error
	resolved := placeholder.ReplaceAllStringFunc(text, func(match string) string {
		name := match[2 : len(match)-1]
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			return "${" + literal + "}"
		}
		var value string
		var err error
		if id, attribute, ok := strings.Cut(name, "."); ok {
			value, err = t.attribute(id, attribute)
		} else {
			value, err = t.ref(name)
		}
		failed = errors.Join(failed, err)
		return value
	})
	return resolved, failed
}
