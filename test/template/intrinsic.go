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
	case "Fn::FindInMap":
		resolved, err := t.resolve(argument)
		if err != nil {
			return nil, err
		}
		if list, ok := resolved.([]any); ok && len(list) == 3 {
			return t.find(fmt.Sprint(list[0]), fmt.Sprint(list[1]), fmt.Sprint(list[2]))
		}
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

func (t *Template) find(mapping, first, second string) (any, error) {
	value, ok := t.Mappings[mapping][first][second]
	if !ok {
		return nil, fmt.Errorf("mapping %s has no value at %s, %s", mapping, first, second)
	}
	return value, nil
}

// as calls a function whose argument is a text.
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
