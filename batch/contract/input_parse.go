package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// ParseInput reads an execution's input and checks it against the settings. No
// input at all, {} and null are the same. Every error is an *InvalidInput.
func ParseInput(data []byte, settings PlanSettings) (Input, error) {
	values, err := splitInput(data)
	if err != nil {
		return Input{}, err
	}
	if err := checkFields(values); err != nil {
		return Input{}, err
	}
	input := Input{Source: SourcePrefix}
	for _, field := range inputFields {
		value, given := values[field.Name]
		if !given {
			continue
		}
		if err := field.read(&input, value, settings); err != nil {
			return Input{}, err
		}
		if source := Source(field.Name); slices.Contains(sources, source) {
			input.Source = source
		}
	}
	if err := input.Filter.check(); err != nil {
		return Input{}, err
	}
	if input.Overlap && input.UnlessRunning {
		return Input{}, &InvalidInput{Field: "unless_running", Value: "true", Want: "false beside overlap"}
	}
	return input, nil
}

// checkFields refuses a field that there is not, and two sources.
func checkFields(values map[string]json.RawMessage) error {
	known := make([]string, 0, len(inputFields))
	for _, field := range inputFields {
		known = append(known, field.Name)
	}
	var given []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !slices.Contains(known, name) {
			return &InvalidInput{
				Field: "input",
				Value: "unknown field " + quote(name),
				Want:  "only " + enumerate(known),
			}
		}
		if slices.Contains(sources, Source(name)) {
			given = append(given, name)
		}
	}
	if len(given) > 1 {
		return &InvalidInput{
			Field: given[1],
			Value: raw(values[given[1]]) + " beside " + given[0],
			Want:  "at most one of " + enumerate(sources),
		}
	}
	return nil
}

// enumerate writes the names as a sentence has them: "a, b and c".
func enumerate[T ~string](names []T) string {
	texts := make([]string, 0, len(names))
	for _, name := range names {
		texts = append(texts, string(name))
	}
	last := len(texts) - 1
	return strings.Join(texts[:last], ", ") + " and " + texts[last]
}

// splitInput splits the object by hand, because encoding/json would take "Prefix"
// for "prefix", and the last of two fields with the same name.
func splitInput(data []byte) (map[string]json.RawMessage, error) {
	data = bytes.TrimSpace(data)
	if len(data) == 0 || string(data) == "null" {
		return nil, nil
	}
	malformed := &InvalidInput{
		Field: "input",
		Value: raw(data),
		Want:  "a JSON object in UTF-8 that names each field once",
	}
	if !utf8.Valid(data) || !json.Valid(data) || data[0] != '{' {
		return nil, malformed
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if _, err := decoder.Token(); err != nil {
		return nil, malformed
	}
	fields := map[string]json.RawMessage{}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, malformed
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, malformed
		}
		if _, twice := fields[name.(string)]; twice {
			return nil, malformed
		}
		fields[name.(string)] = value
	}
	return fields, nil
}

func parsePrefix(value json.RawMessage, settings PlanSettings) (string, error) {
	want := fmt.Sprintf("text that continues %s to a key of at most %d bytes", settings.Input, MaxKeyBytes)
	prefix, err := parseString("prefix", value, want)
	if err != nil {
		return "", err
	}
	if len(settings.Input.Prefix)+len(prefix) > MaxKeyBytes {
		return "", &InvalidInput{Field: "prefix", Value: quote(prefix), Want: want}
	}
	input := settings.Input
	if rest, ok := strings.CutPrefix(prefix, input.Prefix); ok && input.Prefix != "" {
		return "", repeatsPrefix("prefix", prefix, rest, input)
	}
	return prefix, nil
}

// repeatsPrefix says that the value begins with the input prefix, which it continues.
func repeatsPrefix(field, value, rest string, input Location) error {
	return &InvalidInput{
		Field: field,
		Value: quote(value),
		Want:  fmt.Sprintf("%s: it continues %s, so leave %q out", shorten(quote(rest)), input, input.Prefix),
	}
}

func parseShards(value json.RawMessage, settings PlanSettings) (int, error) {
	var shards int
	if err := json.Unmarshal(value, &shards); err != nil || shards < 1 || shards > settings.MaxShards {
		return 0, &InvalidInput{
			Field: "shards",
			Value: raw(value),
			Want:  fmt.Sprintf("1 to %d", settings.MaxShards),
		}
	}
	return shards, nil
}

// parseNumber reads a number of things, such as bytes.
func parseNumber(field string, value json.RawMessage, things string) (int64, error) {
	var number int64
	if err := json.Unmarshal(value, &number); err != nil || number < 1 {
		want := "a whole number of " + things + ", 1 or more"
		return 0, &InvalidInput{Field: field, Value: raw(value), Want: want}
	}
	return number, nil
}

func parseBool(field string, value json.RawMessage) (bool, error) {
	var yes *bool
	if err := json.Unmarshal(value, &yes); err != nil || yes == nil {
		return false, &InvalidInput{Field: field, Value: raw(value), Want: "true or false"}
	}
	return *yes, nil
}

func parseParameters(value json.RawMessage) (Parameters, error) {
	const want = `a JSON object in UTF-8 of text by the parameters' names, such as {"width":"400"}`
	values, err := splitInput(value)
	if err != nil || values == nil {
		return nil, &InvalidInput{Field: "parameters", Value: raw(value), Want: want}
	}
	parameters := Parameters{}
	for name, value := range values {
		if parameters[name], err = parseString("parameters."+name, value, "text"); err != nil {
			return nil, err
		}
	}
	return parameters, nil
}

func parseString(field string, value json.RawMessage, want string) (string, error) {
	var text *string
	if err := json.Unmarshal(value, &text); err != nil || text == nil || !faithful(value) {
		return "", &InvalidInput{Field: field, Value: raw(value), Want: want}
	}
	return *text, nil
}
