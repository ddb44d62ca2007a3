package contract

// FieldKind is how a person gives the value of a field on a command line.
type FieldKind string

// The kinds of fields.
const (
	// TextField is text.
	TextField FieldKind = "text"
	// ListField is a list of texts, which are given one by one.
	ListField FieldKind = "list"
	// ValueField is JSON, such as a number.
	ValueField FieldKind = "value"
	// YesField is true if it is given.
	YesField FieldKind = "yes"
)

// InputField is a field of an execution's input, for whoever asks a person for it.
type InputField struct {
	Name string
	Kind FieldKind
	// Help says what it is, in a line, with the name of its value in backquotes, as the package
	// flag has it.
	Help string
}

// InputFields are the fields of an execution's input.
func InputFields() []InputField {
	fields := make([]InputField, 0, len(inputFields))
	for _, field := range inputFields {
		fields = append(fields, field.InputField)
	}
	return fields
}
