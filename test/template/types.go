package template

import (
	"errors"
	"fmt"
	"maps"
	"strings"
)

// Where a stack is deployed to, as far as its names tell. The account is the one of AWS's
// documentation.
const (
	Partition = "aws"
	Region    = "eu-north-1"
	Account   = "111122223333"
	URLSuffix = "amazonaws.com"
)

// ARN is the ARN of a resource of a regional service.
func ARN(service, resource string) string {
	return strings.Join([]string{"arn", Partition, service, Region, Account, resource}, ":")
}

// Types are the types of resources that a service knows, by their names: "AWS::S3::Bucket".
type Types map[string]Type

// Type says what a reference to a resource stands for. The zero value is a type to which
// nothing refers.
type Type struct {
	// ARN is the ARN, and Ref what Ref stands for, both with the resource's name as %s.
	ARN, Ref string
	// Attribute is the attribute of Fn::GetAtt that has the ARN, if one has.
	Attribute string
	// LowerCase says that a name has no capitals.
	LowerCase bool
}

// Join returns all types of several services.
func Join(services ...Types) Types {
	all := Types{}
	for _, types := range services {
		maps.Copy(all, types)
	}
	return all
}

// Check returns an error for each resource of a type that nobody knows.
func (t *Template) Check() error {
	var problems []error
	for _, r := range t.Sorted() {
		if _, known := t.types[r.Type]; !known {
			problems = append(problems, fmt.Errorf("%s: resources of type %q are not supported by the local run", r.ID, r.Type))
		}
	}
	return errors.Join(problems...)
}

// PhysicalName is the name of a deployed resource, made as CloudFormation makes it but without
// the random end.
func (t *Template) PhysicalName(r *Resource) string {
	name := t.Stack + "-" + r.ID
	if t.types[r.Type].LowerCase {
		return strings.ToLower(name)
	}
	return name
}

// ARN is the ARN of a deployed resource. It returns an error if resources of its type have none
// here.
func (t *Template) ARN(r *Resource) (string, error) {
	arn := t.types[r.Type].ARN
	if arn == "" {
		return "", fmt.Errorf("%s: ARNs of type %q are not supported by the local run", r.ID, r.Type)
	}
	return fmt.Sprintf(arn, t.PhysicalName(r)), nil
}

// ref is what a Ref to a pseudo parameter or a resource stands for.
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
	r, err := t.referred(id)
	if err != nil {
		return "", err
	}
	ref := t.types[r.Type].Ref
	if ref == "" {
		return "", fmt.Errorf("a reference to type %q is not supported by the local run", r.Type)
	}
	return fmt.Sprintf(ref, t.PhysicalName(r)), nil
}

func (t *Template) attribute(id, name string) (string, error) {
	r, err := t.referred(id)
	if err != nil {
		return "", err
	}
	if name == "" || name != t.types[r.Type].Attribute {
		return "", fmt.Errorf("attribute %q of type %q is not supported by the local run", name, r.Type)
	}
	return t.ARN(r)
}

func (t *Template) referred(id string) (*Resource, error) {
	if r := t.Resources[id]; r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("the template has no resource %q", id)
}
