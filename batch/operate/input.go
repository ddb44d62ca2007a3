package main

import (
	"encoding/json"
	"flag"
	"strconv"
	"strings"

	"batchjobwithlambda/batch/contract"
)

// executionInput is what the flags say of an execution's input, by the names of its fields.
type executionInput map[string]any

// addFlags adds a flag for each field: -modified-since for "modified_since".
func (i executionInput) addFlags(flags *flag.FlagSet) {
	for _, field := range contract.InputFields() {
		name := strings.ReplaceAll(field.Name, "_", "-")
		add := func(value string) error {
			i.add(field, value)
			return nil
		}
		if field.Kind == contract.YesField {
			flags.BoolFunc(name, field.Help, add)
			continue
		}
		flags.Func(name, field.Help, add)
	}
}

// add adds what was given. What is not of the field's kind stays as it is, and is refused with
// the words of whoever checks the whole input.
func (i executionInput) add(field contract.InputField, value string) {
	before := i[field.Name]
	i[field.Name] = value
	switch field.Kind {
	case contract.ListField:
		values, _ := before.([]string)
		i[field.Name] = append(values, value)
	case contract.ValueField:
		if json.Valid([]byte(value)) {
			i[field.Name] = json.RawMessage(value)
		}
	case contract.YesField:
		if yes, err := strconv.ParseBool(value); err == nil {
			i[field.Name] = yes
		}
	}
}
