package template

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Ignored is a property that makes no difference to what runs here; its value is not even
// resolved.
type Ignored struct{}

// UnmarshalJSON takes any value.
func (*Ignored) UnmarshalJSON([]byte) error { return nil }

// Resolve reads the properties of a resource as they are when it is deployed into a struct that
// names each property it may have, those without a meaning here as [Ignored]. It returns an
// error when the resource has another, or is conditional.
func (t *Template) Resolve(r *Resource, into any) error {
	if r.Condition != "" {
		return fmt.Errorf("%s (%s): conditional resources are not supported by the local run", r.ID, r.Type)
	}
	fields := reflect.TypeOf(into).Elem()
	resolved := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(r.Properties)) {
		field, ok := fields.FieldByName(name)
		if !ok {
			return fmt.Errorf("%s (%s): property %s is not supported by the local run", r.ID, r.Type, name)
		}
		if field.Type == reflect.TypeFor[Ignored]() {
			continue
		}
		value, err := t.resolve(r.Properties[name])
		if err != nil {
			return fmt.Errorf("%s (%s): property %s: %w", r.ID, r.Type, name, err)
		}
		resolved[name] = value
	}
	text, err := json.Marshal(resolved)
	if err != nil {
		return fmt.Errorf("%s (%s): %w", r.ID, r.Type, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields() // For what is nested in the properties.
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s (%s): not supported by the local run: %w", r.ID, r.Type, err)
	}
	return nil
}

// Output is the value of an output as it is when the stack is deployed.
func (t *Template) Output(name string) (string, error) {
	output, ok := t.Outputs[name]
	if !ok {
		return "", fmt.Errorf("the template has no output %q", name)
	}
	value, err := t.resolve(output.Value)
	if err != nil {
		return "", fmt.Errorf("output %s: %w", name, err)
	}
	text, ok := value.(string)
	if !ok {
		return "", fmt.Errorf("output %s: got %v, want a text", name, value)
	}
	return text, nil
}

// ResolveAll resolves all resources of a type, by their ARNs.
func ResolveAll[T any](t *Template, name string) (map[string]T, error) {
	resources := map[string]T{}
	var problems []error
	for _, r := range t.OfType(name) {
		var properties T
		arn, err := t.ARN(r)
		if err == nil {
			err = t.Resolve(r, &properties)
		}
		problems = append(problems, err)
		resources[arn] = properties
	}
	return resources, errors.Join(problems...)
}
