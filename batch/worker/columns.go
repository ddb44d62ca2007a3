package main

import "batchjobwithlambda/batch/contract"

// textFor is the command for the object, as the metadata of its output has it.
func (j job) textFor(object contract.Object) (string, error) {
	if len(j.template.Columns()) == 0 {
		return j.commandText, nil
	}
	return j.command.TextFor(object)
}

// valuesOf are the values of the placeholders that a list has for the object.
func valuesOf(object contract.Object) map[string]string {
	if object.Columns == "" {
		return nil
	}
	values := map[string]string{}
	for name, value := range object.Columns.Values() {
		values[contract.ColumnPlaceholder(name)] = value
	}
	return values
}
