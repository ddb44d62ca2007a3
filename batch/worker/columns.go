package main

import "batchjobwithlambda/batch/contract"

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
