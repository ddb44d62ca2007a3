package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Parameters are the values of a command's {param.NAME}, by name.
type Parameters map[string]string

// ParseParameters reads what [Parameters.String] wrote.
func ParseParameters(text string) (Parameters, error) {
	var parameters Parameters
	if err := json.Unmarshal([]byte(text), &parameters); err != nil || parameters == nil {
		return nil, fmt.Errorf("parameters: got %q, want a JSON object of strings", text)
	}
	return parameters, nil
}

// String is the parameters as a JSON object, sorted by name.
func (p Parameters) String() string {
	if p == nil {
		return "{}"
	}
	text, err := json.Marshal(map[string]string(p))
	if err != nil {
		panic(err) // Strings are always JSON.
	}
	return string(text)
}

// With returns the parameters with the given values in the place of their own. The error is an
// *InvalidInput if one is given that there is not.
func (p Parameters) With(given Parameters) (Parameters, error) {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if _, known := p[name]; !known {
			return nil, &InvalidInput{
				Field: "parameters",
				Value: "unknown parameter " + quote(name),
				Want:  p.known(),
			}
		}
	}
	all := maps.Clone(p)
	maps.Copy(all, given)
	return all, nil
}

// known says which parameters there are.
func (p Parameters) known() string {
	const where = "Parameters in stacks/environments/environments.go"
	switch names := slices.Sorted(maps.Keys(p)); len(names) {
	case 0:
		return "none, because this pipeline has no parameters (it gets them by " + where + ")"
	case 1:
		return "only " + names[0] + ", or another in " + where
	default:
		return "only " + enumerate(names) + ", or another in " + where
	}
}

// Fill returns the command with each {param.NAME} replaced by its value. Braces in a value are
// doubled where the value would be taken for a placeholder, so that it still stands for itself
// when the command is read again. The error says which values make no command.
func (c Command) Fill(parameters Parameters) (Command, error) {
	template, err := ParseTemplate(c)
	if err != nil {
		return nil, err
	}
	if err := template.Check(slices.Sorted(maps.Keys(parameters))); err != nil {
		return nil, err
	}
	if len(template.Parameters()) == 0 {
		return c, nil
	}
	return c.fill(template, func(p piece) (string, bool) {
		name, ok := p.parameter()
		return parameters[name], ok
	})
}

// fill returns the command, whose template this is, with the values in the place of the placeholders
// that have one.
func (c Command) fill(template Template, value func(piece) (string, bool)) (Command, error) {
	filled := Command{c[0]}
	for i, pieces := range template.arguments {
		argument, err := fill(c[i+1], pieces, value)
		if err != nil {
			return nil, err
		}
		filled = append(filled, argument)
	}
	return filled, filled.Check()
}

// fill returns the argument with the values in it.
func fill(argument string, pieces []piece, value func(piece) (string, bool)) (string, error) {
	var want []piece
	for _, p := range pieces {
		if text, ok := value(p); ok {
			want = appendLiteral(want, text)
		} else if p.placeholder {
			want = append(want, p)
		} else {
			want = appendLiteral(want, p.text)
		}
	}
	var text strings.Builder
	for _, p := range want {
		if !p.placeholder {
			p.text = escape(p.text)
		}
		text.WriteString(p.text)
	}
	filled := text.String()
	if got, err := parseArgument(filled); err != nil || !slices.Equal(got, want) {
		return "", fmt.Errorf("command argument %q: got %q, want a value without braces or dollar sign beside a placeholder",
			argument, filled)
	}
	return filled, nil
}

// escape doubles the braces of what would be taken for a placeholder.
func escape(literal string) string {
	return inBraces.ReplaceAllStringFunc(literal, func(text string) string {
		if ours, _ := classify("{" + strings.Trim(text, "{}") + "}"); ours {
			return "{" + text + "}"
		}
		return text
	})
}
