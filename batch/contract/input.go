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

// inventoryManifest is the name of the file that names all others of an S3 Inventory
// report ("Locating your inventory list", Amazon S3 User Guide).
const inventoryManifest = "manifest.json"

// RawInput is an execution's input before it was checked.
type RawInput = json.RawMessage

// Input is what may be asked of a run. Every field is optional, at most one of
// Prefix, Objects, Manifest and Inventory may be given, and without any of them the run
// takes everything below the input prefix.
type Input struct {
	// Prefix narrows the run to the keys that begin with the input prefix and this.
	Prefix string
	// Objects are the keys to take: whole keys, input prefix included, sorted.
	Objects []string
	// Manifest is the list of objects that an earlier run left, such as its failures.
	Manifest Address
	// Inventory is the manifest.json of an S3 Inventory report, from which the objects are
	// read instead of listing them.
	Inventory Address
	// Shards is how many jobs the run may have at the most; 0 leaves it to the settings.
	Shards int
	// Source is which of the four before it the run takes its objects from.
	Source Source
}

// Source is the kind of place that a run takes its objects from.
type Source string

// The sources of a run.
const (
	SourcePrefix    Source = "prefix"
	SourceObjects   Source = "objects"
	SourceManifest  Source = "manifest"
	SourceInventory Source = "inventory"
)

// Origin is where a run takes its objects from, in the location that the settings have.
func (i Input) Origin(settings PlanSettings) Origin {
	origin := Origin{Source: i.Source}
	switch i.Source {
	case SourcePrefix:
		origin.Address = settings.Input.Address(i.Prefix).String()
	case SourceManifest:
		origin.Address = i.Manifest.String()
	case SourceInventory:
		origin.Address = i.Inventory.String()
	}
	return origin
}

// ParseInput reads an execution's input and checks it against the settings. No
// input at all, {} and null are the same. Every error is an *InvalidInput.
func ParseInput(data []byte, settings PlanSettings) (Input, error) {
	fields, err := inputFields(data)
	if err != nil {
		return Input{}, err
	}
	input := Input{Source: SourcePrefix}
	var sources []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		var err error
		switch name {
		case "prefix":
			sources = append(sources, name)
			input.Prefix, err = parsePrefix(fields[name], settings)
		case "objects":
			sources = append(sources, name)
			input.Objects, err = parseObjects(fields[name], settings)
		case "manifest":
			sources = append(sources, name)
			input.Manifest, err = parseManifest(fields[name], settings)
		case "inventory":
			sources = append(sources, name)
			input.Inventory, err = parseInventory(fields[name], settings)
		case "shards":
			input.Shards, err = parseShards(fields[name], settings)
		default:
			err = &InvalidInput{
				Field: "input",
				Value: "unknown field " + quote(name),
				Want:  "only prefix, objects, manifest, inventory and shards",
			}
		}
		if err != nil {
			return Input{}, err
		}
	}
	if len(sources) > 1 {
		return Input{}, &InvalidInput{
			Field: sources[1],
			Value: raw(fields[sources[1]]) + " beside " + sources[0],
			Want:  "at most one of prefix, objects, manifest and inventory",
		}
	}
	if len(sources) == 1 {
		input.Source = Source(sources[0])
	}
	return input, nil
}

// inputFields splits the object by hand, because encoding/json would take "Prefix"
// for "prefix", and the last of two fields with the same name.
func inputFields(data []byte) (map[string]json.RawMessage, error) {
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
		return "", &InvalidInput{
			Field: "prefix",
			Value: quote(prefix),
			Want:  fmt.Sprintf("%s: it continues %s, so leave %q out", shorten(quote(rest)), input, input.Prefix),
		}
	}
	return prefix, nil
}

func parseObjects(value json.RawMessage, settings PlanSettings) ([]string, error) {
	want := fmt.Sprintf("a list of one whole key or more, each below %s, none twice", settings.Input)
	var values []json.RawMessage
	if err := json.Unmarshal(value, &values); err != nil || len(values) == 0 {
		return nil, &InvalidInput{Field: "objects", Value: raw(value), Want: want}
	}
	keys := make([]string, 0, len(values))
	for i, value := range values {
		field := fmt.Sprintf("objects[%d]", i)
		key, err := parseString(field, value, want)
		if err != nil {
			return nil, err
		}
		if err := settings.Input.CheckKey(key); err != nil {
			return nil, &InvalidInput{Field: field, Value: quote(key), Want: want}
		}
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for i := 1; i < len(keys); i++ {
		if keys[i] == keys[i-1] {
			return nil, &InvalidInput{Field: "objects", Value: quote(keys[i]), Want: want}
		}
	}
	return keys, nil
}

func parseManifest(value json.RawMessage, settings PlanSettings) (Address, error) {
	want := fmt.Sprintf("the address of a manifest of this pipeline, such as %sRUN/failed.jsonl", settings.Runs)
	text, err := parseString("manifest", value, want)
	if err != nil {
		return Address{}, err
	}
	address, err := ParseAddress(text)
	if err != nil || address.Bucket != settings.Runs.Bucket || settings.Runs.CheckKey(address.Key) != nil ||
		!strings.HasSuffix(address.Key, manifestExtension) {
		return Address{}, &InvalidInput{Field: "manifest", Value: quote(text), Want: want}
	}
	return address, nil
}

func parseInventory(value json.RawMessage, settings PlanSettings) (Address, error) {
	want := fmt.Sprintf(
		"the address of a report on %s, such as s3://%s/%s/…/%s",
		settings.Input.Bucket,
		settings.InventoryBucket,
		settings.Input.Bucket,
		inventoryManifest,
	)
	if settings.InventoryBucket == "" {
		want = "prefix, objects or manifest, because this pipeline has no inventory" +
			" (it gets one by Inventory in stacks/environments/environments.go)"
	}
	text, err := parseString("inventory", value, want)
	if err != nil {
		return Address{}, err
	}
	address, err := ParseAddress(text)
	if err != nil || address.Bucket != settings.InventoryBucket || CheckKey(address.Key) != nil ||
		!strings.HasSuffix("/"+address.Key, "/"+inventoryManifest) {
		return Address{}, &InvalidInput{Field: "inventory", Value: quote(text), Want: want}
	}
	return address, nil
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

func parseString(field string, value json.RawMessage, want string) (string, error) {
	var text *string
	if err := json.Unmarshal(value, &text); err != nil || text == nil || !faithful(value) {
		return "", &InvalidInput{Field: field, Value: raw(value), Want: want}
	}
	return *text, nil
}
