package events

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// matcher reports whether a value matches; there says whether there is one.
type matcher func(value any, there bool) bool

// parsePattern reads a pattern: an object whose fields all have to match ("Comparison
// operators for use in event patterns in Amazon EventBridge", Amazon EventBridge User
// Guide; what null and an absent field match is as in github.com/aws/event-ruler).
func parsePattern(pattern any) (matcher, error) {
	object, ok := pattern.(map[string]any)
	if !ok || len(object) == 0 {
		return nil, fmt.Errorf("pattern %v: allowed is an object with fields", pattern)
	}
	fields := map[string]matcher{}
	var either matcher
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(object)) {
		var err error
		switch part := object[name].(type) {
		case []any:
			if name == "$or" {
				either, err = anyOf(part, parsePattern)
			} else {
				fields[name], err = anyOf(part, parseTest)
			}
		case map[string]any:
			fields[name], err = parsePattern(part)
		default:
			err = fmt.Errorf("%v: allowed is a list or an object", part)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
		}
	}
	return func(value any, _ bool) bool {
		event, _ := value.(map[string]any)
		for name, match := range fields {
			field, there := event[name]
			if !match(field, there) {
				return false
			}
		}
		return either == nil || either(value, true)
	}, errors.Join(problems...)
}

// anyOf matches what one of the list does; of a list in the event, one element has to.
func anyOf(list []any, parse func(any) (matcher, error)) (matcher, error) {
	var alternatives []matcher
	var problems []error
	for _, element := range list {
		match, err := parse(element)
		alternatives, problems = append(alternatives, match), append(problems, err)
	}
	return func(value any, there bool) bool {
		values, ok := value.([]any)
		if !ok {
			values = []any{value}
		}
		return slices.ContainsFunc(values, func(value any) bool {
			return slices.ContainsFunc(alternatives, func(match matcher) bool { return match(value, there) })
		})
	}, errors.Join(problems...)
}

// parseTest reads one alternative for a field's value.
func parseTest(test any) (matcher, error) {
	operator, ok := test.(map[string]any)
	if !ok {
		if _, nested := test.([]any); nested {
			return nil, fmt.Errorf("a list in a list is not supported: %v", test)
		}
		return func(value any, there bool) bool { return there && value == test }, nil
	}
	if len(operator) != 1 {
		return nil, fmt.Errorf("%v: allowed is one operator", operator)
	}
	for name, operand := range operator {
		switch operand := operand.(type) {
		case bool:
			if name == "exists" {
				return func(_ any, there bool) bool { return there == operand }, nil
			}
		case string:
			switch name {
			case "prefix":
				return func(value any, there bool) bool {
					text, ok := value.(string)
					return there && ok && strings.HasPrefix(text, operand)
				}, nil
			case "anything-but":
				return anythingBut([]any{operand}), nil
			}
		case []any:
			if name == "anything-but" && !slices.ContainsFunc(operand, isNoText) {
				return anythingBut(operand), nil
			}
		}
		return nil, fmt.Errorf("operator %s of %v is not supported", name, operand)
	}
	return nil, nil // There was one operator.
}

func isNoText(value any) bool { _, text := value.(string); return !text }

// anythingBut matches whatever else is there, null included.
func anythingBut(texts []any) matcher {
	return func(value any, there bool) bool { return there && !slices.Contains(texts, value) }
}
