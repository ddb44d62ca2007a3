package contract

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// sources are the fields of which an input may have one.
var sources = []Source{SourcePrefix, SourceObjects, SourceManifest, SourceInventory}

// inputFields are the fields of an input in the order in which they are named to a person, each
// with what reads its value.
var inputFields = []struct {
	name string
	read func(input *Input, value json.RawMessage, settings PlanSettings) error
}{
	{"prefix", func(i *Input, value json.RawMessage, settings PlanSettings) (err error) {
		i.Prefix, err = parsePrefix(value, settings)
		return err
	}},
	{"objects", func(i *Input, value json.RawMessage, settings PlanSettings) (err error) {
		i.Objects, err = parseObjects(value, settings)
		return err
	}},
	{"manifest", func(i *Input, value json.RawMessage, settings PlanSettings) (err error) {
		i.Manifest, err = parseManifest(value, settings)
		return err
	}},
	{"inventory", func(i *Input, value json.RawMessage, settings PlanSettings) (err error) {
		i.Inventory, err = parseInventory(value, settings)
		return err
	}},
	{"include", func(i *Input, value json.RawMessage, settings PlanSettings) (err error) {
		i.Filter.Include, err = parseGlobs("include", value, settings)
		return err
	}},
	{"exclude", func(i *Input, value json.RawMessage, settings PlanSettings) (err error) {
		i.Filter.Exclude, err = parseGlobs("exclude", value, settings)
		return err
	}},
	{"modified_since", func(i *Input, value json.RawMessage, _ PlanSettings) (err error) {
		i.Filter.ModifiedSince, err = parseTime("modified_since", value)
		return err
	}},
	{"min_size", func(i *Input, value json.RawMessage, _ PlanSettings) (err error) {
		i.Filter.MinSize, err = parseBytes("min_size", value)
		return err
	}},
	{"max_size", func(i *Input, value json.RawMessage, _ PlanSettings) (err error) {
		i.Filter.MaxSize, err = parseBytes("max_size", value)
		return err
	}},
	{"limit", func(i *Input, value json.RawMessage, _ PlanSettings) (err error) {
		i.Limit, err = parseLimit(value)
		return err
	}},
	{"force", func(i *Input, value json.RawMessage, _ PlanSettings) (err error) {
		i.Force, err = parseForce(value)
		return err
	}},
	{"shards", func(i *Input, value json.RawMessage, settings PlanSettings) (err error) {
		i.Shards, err = parseShards(value, settings)
		return err
	}},
}

// checkFields refuses a field that there is not, and two sources.
func checkFields(values map[string]json.RawMessage) error {
	var given []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		known := make([]string, 0, len(inputFields))
		for _, field := range inputFields {
			known = append(known, field.name)
		}
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
