package config

import (
	"fmt"
	"io"
	"reflect"
	"text/tabwriter"
)

// Write writes each setting of the environment on a line of its own, by its field.
func (e Environment) Write(to io.Writer) error {
	lines := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, setting := range settings("", reflect.ValueOf(e)) {
		fmt.Fprintf(lines, "%s\t%s\n", setting.field, setting.value)
	}
	return lines.Flush()
}

type setting struct{ field, value string }

func settings(field string, value reflect.Value) []setting {
	var all []setting
	switch {
	case value.Kind() == reflect.Struct:
		for i := range value.NumField() {
			name := value.Type().Field(i).Name
			if field != "" {
				name = field + "." + name
			}
			all = append(all, settings(name, value.Field(i))...)
		}
	case value.Kind() == reflect.Slice && value.Type().Elem().Kind() == reflect.Struct:
		for i := range value.Len() {
			all = append(all, settings(fmt.Sprintf("%s[%d]", field, i), value.Index(i))...)
		}
	case value.IsZero() && value.Kind() != reflect.Bool && !value.CanInt() && !value.CanFloat():
		all = append(all, setting{field, "none"})
	case value.Kind() == reflect.Slice:
		all = append(all, setting{field, fmt.Sprintf("%q", value)})
	default:
		all = append(all, setting{field, fmt.Sprint(value)})
	}
	return all
}
