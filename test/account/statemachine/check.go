package statemachine

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// fields are what the interpreter does as AWS, by the type of state.
var fields = map[string][]string{
	"Task": {
		"Resource",
		"Parameters",
		"ResultSelector",
		"ResultPath",
		"InputPath",
		"OutputPath",
		"TimeoutSeconds",
		"Retry",
		"Catch",
		"Next",
		"End",
	},
	"Map":  {"ItemsPath", "ItemSelector", "ItemProcessor", "MaxConcurrency", "ResultPath", "Retry", "Catch", "Next", "End"},
	"Pass": {"Result", "Parameters", "ResultPath", "InputPath", "OutputPath", "Next", "End"},
	// Its tests are in choiceFields.
	"Choice":  {"Choices", "Default", "InputPath", "OutputPath"},
	"Succeed": {"InputPath", "OutputPath"},
	"Fail":    {"Error", "ErrorPath", "Cause", "CausePath"},
}

var (
	machineFields   = []string{"Comment", "StartAt", "States", "TimeoutSeconds"}
	processorFields = []string{"ProcessorConfig", "StartAt", "States"}
	choiceFields    = []string{
		"Comment", "Next", "And", "Or", "Not", "Variable", "IsPresent", "IsNull", "BooleanEquals", "StringEquals",
		"StringEqualsPath", "NumericEquals", "NumericGreaterThan", "NumericGreaterThanEquals", "NumericLessThan", "NumericLessThanEquals",
	}
	functions = []string{"States.Array", "States.Format"}
)

var functionCall = regexp.MustCompile(`\bStates\.[A-Za-z0-9]+\(`)

// Check returns an error for everything in a definition that would not run here as
// it runs on AWS.
func Check(definition json.RawMessage, supported Integrations) error {
	var machine map[string]any
	if err := json.Unmarshal(definition, &machine); err != nil {
		return fmt.Errorf("the state machine's definition: %w", err)
	}
	return errors.Join(
		only("the state machine", "field", machine, machineFields),
		checkStates(machine, supported),
	)
}

func checkStates(machine map[string]any, supported Integrations) error {
	states, _ := machine["States"].(map[string]any)
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(states)) {
		state, ok := states[name].(map[string]any)
		if !ok {
			problems = append(problems, fmt.Errorf("state %q is no object", name))
			continue
		}
		problems = append(problems, checkState(fmt.Sprintf("state %q", name), state, supported))
	}
	return errors.Join(problems...)
}

func checkState(where string, state map[string]any, integrations Integrations) error {
	kind, _ := state["Type"].(string)
	supported, ok := fields[kind]
	if !ok {
		return unsupported(where, "type", kind, slices.Collect(maps.Keys(fields)))
	}
	problems := []error{
		only(where, "field", state, append([]string{"Type", "Comment"}, supported...)),
		checkFunctions(where, state),
	}
	switch kind {
	case "Map":
		processor, _ := state["ItemProcessor"].(map[string]any)
		problems = append(
			problems,
			only(where, "field", processor, processorFields),
			// Of two tasks of one state, a timeout does not say which it is of.
			require(state["MaxConcurrency"] == 1.0, where, "a Map without MaxConcurrency 1"),
			checkStates(processor, integrations),
		)
	case "Choice":
		problems = append(problems, checkChoices(where, state["Choices"]))
	case "Task":
		resource, _ := state["Resource"].(string)
		integration, ok := integrations[resourceName(resource)]
		if !ok {
			return unsupported(where, "resource", resource, slices.Collect(maps.Keys(integrations)))
		}
		given, _ := state["Parameters"].(map[string]any)
		problems = append(problems, only(where, "parameter", given, integration.Parameters))
	}
	return errors.Join(problems...)
}

func checkChoices(where string, rules any) error {
	var problems []error
	list, _ := rules.([]any)
	for _, rule := range list {
		rule, _ := rule.(map[string]any)
		problems = append(
			problems,
			only(where, "test", rule, choiceFields),
			checkChoices(where, rule["And"]),
			checkChoices(where, rule["Or"]),
		)
		if rule["Not"] != nil {
			problems = append(problems, checkChoices(where, []any{rule["Not"]}))
		}
	}
	return errors.Join(problems...)
}

func checkFunctions(where string, value any) error {
	var problems []error
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			text, ok := value[name].(string)
			if ok && strings.HasSuffix(name, ".$") {
				for _, call := range functionCall.FindAllString(text, -1) {
					if name := strings.TrimSuffix(call, "("); !slices.Contains(functions, name) {
						problems = append(problems, unsupported(where, "function", name, functions))
					}
				}
			}
			problems = append(problems, checkFunctions(where, value[name]))
		}
	case []any:
		for _, element := range value {
			problems = append(problems, checkFunctions(where, element))
		}
	}
	return errors.Join(problems...)
}

// only allows the given names, each also as a path ("Subject.$").
func only(where, what string, given map[string]any, allowed []string) error {
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(allowed, strings.TrimSuffix(name, ".$")) {
			problems = append(problems, unsupported(where, what, name, allowed))
		}
	}
	return errors.Join(problems...)
}

func require(ok bool, where, what string) error {
	if ok {
		return nil
	}
	return fmt.Errorf("%s: %s is not supported by the local run", where, what)
}

func unsupported(where, what, name string, supported []string) error {
	list := strings.Join(slices.Sorted(slices.Values(supported)), ", ")
	return fmt.Errorf("%s: %s %q is not supported by the local run: supported are %s", where, what, name, list)
}

// resourceName is a resource's ARN without "arn:PARTITION:states:::".
func resourceName(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 && parts[2] == "states" {
		return parts[5]
	}
	return arn
}

// resources returns the resource of each task, by the name of its state.
func resources(definition json.RawMessage) (map[string]string, error) {
	var machine processor
	if err := json.Unmarshal(definition, &machine); err != nil {
		return nil, fmt.Errorf("the state machine's definition: %w", err)
	}
	resources := map[string]string{}
	machine.addResources(resources)
	return resources, nil
}

// processor is as much of a state machine, or of the states inside of a Map.
type processor struct {
	States map[string]struct {
		Resource      string
		ItemProcessor *processor
	}
}

func (p processor) addResources(to map[string]string) {
	for name, state := range p.States {
		to[name] = resourceName(state.Resource)
		if state.ItemProcessor != nil {
			state.ItemProcessor.addResources(to)
		}
	}
}
