// Package template reads a synthesized CloudFormation template, and gives its
// resources the names and ARNs that they would have if the stack were deployed.
//
// It knows the intrinsic functions and the resources that the local run needs. What
// it does not know is an error, and never left as it is.
package template

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

// Where the stack is deployed to, as far as its names tell. The account is the one of
// AWS's documentation.
const (
	Partition = "aws"
	Region    = "eu-north-1"
	Account   = "111122223333"
	URLSuffix = "amazonaws.com"
)

// Template is a stack's template.
type Template struct {
	// Stack is the stack's name.
	Stack string `json:"-"`
	// Resources are by their logical ids.
	Resources map[string]Resource
}

// Resource is one resource of a template.
type Resource struct {
	Type       string
	Condition  string
	Properties map[string]any
	// DeletionPolicy and UpdateReplacePolicy say what becomes of the resource when it is
	// removed from the template, and when it is replaced.
	DeletionPolicy      string
	UpdateReplacePolicy string
}

// Ignored is a property that makes no difference to the local run; its value is
// not even resolved.
type Ignored struct{}

// UnmarshalJSON takes any value.
func (*Ignored) UnmarshalJSON([]byte) error { return nil }

// Read reads the template at the path, which is STACK.template.json.
func Read(path string) (*Template, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	stack, ok := strings.CutSuffix(filepath.Base(path), ".template.json")
	if !ok {
		return nil, fmt.Errorf("read the template: %q is not named STACK.template.json", path)
	}
	return Parse(stack, text)
}

// Parse reads the template of the stack with the given name.
func Parse(stack string, text []byte) (*Template, error) {
	t := &Template{Stack: stack}
	if err := json.Unmarshal(text, t); err != nil {
		return nil, fmt.Errorf("the template of %s: %w", stack, err)
	}
	return t, nil
}

// OfType returns the logical ids of the resources of the type, sorted.
func (t *Template) OfType(name string) []string {
	var ids []string
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		if t.Resources[id].Type == name {
			ids = append(ids, id)
		}
	}
	return ids
}

// Decode resolves the properties of a resource into a struct that names each
// property it may have, those without a meaning here as [Ignored]. It returns an
// error when the resource has another, or is conditional.
func (t *Template) Decode(id string, into any) error {
	resource := t.Resources[id]
	if resource.Condition != "" {
		return fmt.Errorf("%s (%s): conditional resources are not supported by the local run", id, resource.Type)
	}
	fields := reflect.TypeOf(into).Elem()
	resolved := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(resource.Properties)) {
		field, ok := fields.FieldByName(name)
		if !ok {
			return fmt.Errorf("%s (%s): property %s is not supported by the local run", id, resource.Type, name)
		}
		if field.Type == reflect.TypeFor[Ignored]() {
			continue
		}
		value, err := t.resolve(resource.Properties[name])
		if err != nil {
			return fmt.Errorf("%s (%s): property %s: %w", id, resource.Type, name, err)
		}
		resolved[name] = value
	}
	text, err := json.Marshal(resolved)
	if err != nil {
		return fmt.Errorf("%s (%s): %w", id, resource.Type, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields() // For what is nested in the properties.
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s (%s): not supported by the local run: %w", id, resource.Type, err)
	}
	return nil
}
