package limits

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Check returns an error that names everything in a CloudFormation template that is
// beyond a limit: the resource, the value, and what is allowed.
func Check(template []byte) error {
	var parsed struct{ Resources map[string]resource }
	if err := json.Unmarshal(template, &parsed); err != nil {
		return fmt.Errorf("check the limits: %w", err)
	}
	c := &checker{resources: parsed.Resources}
	for _, id := range slices.Sorted(maps.Keys(parsed.Resources)) {
		r := parsed.Resources[id]
		c.at = id
		switch r.Type {
		case "AWS::Batch::ComputeEnvironment":
			c.computeEnvironment(r)
		case "AWS::Batch::JobDefinition":
			c.jobDefinition(r)
		case "AWS::Batch::JobQueue":
			c.jobQueue(r)
		case "AWS::Lambda::Function":
			c.function(r)
		case "AWS::StepFunctions::StateMachine":
			c.stateMachine(r)
		}
	}
	return errors.Join(c.errs...)
}

type resource struct {
	Type       string
	Properties json.RawMessage
}

type checker struct {
	resources map[string]resource
	// at is what is being checked.
	at   string
	errs []error
}

// require records an error unless ok. The text says the value, and what is allowed.
func (c *checker) require(ok bool, format string, arguments ...any) {
	if !ok {
		c.errs = append(c.errs, fmt.Errorf("%s: "+format, append([]any{c.at}, arguments...)...))
	}
}

func (c *checker) decode(r resource, into any) bool {
	err := json.Unmarshal(r.Properties, into)
	c.require(err == nil, "not of the form that is checked here: %v", err)
	return err == nil
}

// text is a value of a template as text, its intrinsic functions as what they refer to.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		return err
	}
	*t = text(flatten(value))
	return nil
}

func flatten(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case []any:
		var parts strings.Builder
		for _, part := range value {
			parts.WriteString(flatten(part))
		}
		return parts.String()
	case map[string]any:
		if join, ok := value["Fn::Join"].([]any); ok && len(join) == 2 {
			return flatten(join[1])
		}
		if attribute, ok := value["Fn::GetAtt"].([]any); ok && len(attribute) == 2 {
			return "${" + flatten(attribute[0]) + "}"
		}
		for _, argument := range value {
			return "${" + flatten(argument) + "}"
		}
	}
	return fmt.Sprint(value)
}
