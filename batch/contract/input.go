package contract

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// inventoryManifest is the name of the file that names all others of an S3 Inventory
// report ("Locating your inventory list", Amazon S3 User Guide).
const inventoryManifest = "manifest.json"

// RawInput is an execution's input before it was checked.
type RawInput = json.RawMessage

// Input is what may be asked of a run. Every field is optional, at most one of
// Prefix, Objects, Manifest, Inventory and List may be given, and without any of them the run
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
	// List is the address of a list of objects; see [Columns].
	List Address
	// Shards is how many jobs the run may have at the most; 0 leaves it to the settings.
	Shards int
	// Filter leaves some of the objects out, whichever source they come from.
	Filter Filter
	// Limit is how many objects the run takes at the most, the first by their keys that are not known
	// to be done; 0 is no limit.
	Limit int64
	// Force has outputs made again that are up to date.
	Force bool
	// Parameters are the values of the command's parameters that are not to be the defaults.
	Parameters Parameters
	// Overlap lets the run begin while another of the pipeline goes on.
	Overlap bool
	// UnlessRunning has a run end at once, and quietly, that finds another of the pipeline going on.
	UnlessRunning bool
	// DryRun has the run planned, and nothing started.
	DryRun bool
	// Source is which field the run takes its objects from.
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
	SourceArrivals  Source = "arrivals"
	SourceList      Source = "list"
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
	case SourceList:
		origin.Address = i.List.String()
	}
	return origin
}

// sources are the fields of which an input may have one.
var sources = []Source{SourcePrefix, SourceObjects, SourceManifest, SourceInventory, SourceList, SourceArrivals}

// inputFields are the fields of an input in the order in which they are named to a person, each
// with what reads its value.
var inputFields = []struct {
	InputField
	read func(input *Input, value json.RawMessage, settings PlanSettings) error
}{
	{
		InputField{"prefix", TextField, "only keys that begin with the input prefix and this `text`"},
		func(i *Input, value json.RawMessage, settings PlanSettings) (err error) {
			i.Prefix, err = parsePrefix(value, settings)
			return err
		},
	},
	{
		InputField{"objects", ListField, "only this `key`, whole; may be given again"},
		func(i *Input, value json.RawMessage, settings PlanSettings) (err error) {
			i.Objects, err = parseObjects(value, settings)
			return err
		},
	},
	{
		InputField{"manifest", TextField, "only what an earlier run left at this `address`, such as its failures"},
		func(i *Input, value json.RawMessage, settings PlanSettings) (err error) {
			i.Manifest, err = parseManifest(value, settings)
			return err
		},
	},
	{
		InputField{"inventory", TextField, "what the S3 Inventory report at this `address` lists"},
		func(i *Input, value json.RawMessage, settings PlanSettings) (err error) {
			i.Inventory, err = parseInventory(value, settings)
			return err
		},
	},
	{
		InputField{"list", TextField, "what the list at this `address` names: a file of CSV or JSON lines with a column key"},
		func(i *Input, value json.RawMessage, settings PlanSettings) (err error) {
			i.List, err = parseList(value, settings)
			return err
		},
	},
	{
		InputField{"arrivals", YesField, "what has arrived since the last run of arrivals"},
		func(_ *Input, value json.RawMessage, settings PlanSettings) error {
			return parseArrivals(value, settings)
		},
	},
	{
		InputField{"include", ListField, "only keys that match this `glob`, below the input prefix; may be given again"},
		func(i *Input, value json.RawMessage, settings PlanSettings) (err error) {
			i.Filter.Include, err = parseGlobs("include", value, settings)
			return err
		},
	},
	{
		InputField{"exclude", ListField, "no keys that match this `glob`; may be given again"},
		func(i *Input, value json.RawMessage, settings PlanSettings) (err error) {
			i.Filter.Exclude, err = parseGlobs("exclude", value, settings)
			return err
		},
	},
	{
		InputField{"modified_since", TextField, "only what was written at this `time` or later, as 2026-11-25T00:00:00Z"},
		func(i *Input, value json.RawMessage, _ PlanSettings) (err error) {
			i.Filter.ModifiedSince, err = parseTime("modified_since", value)
			return err
		},
	},
	{
		InputField{"min_size", ValueField, "only objects of at least this `number` of bytes"},
		func(i *Input, value json.RawMessage, _ PlanSettings) (err error) {
			i.Filter.MinSize, err = parseNumber("min_size", value, "bytes")
			return err
		},
	},
	{
		InputField{"max_size", ValueField, "only objects of at most this `number` of bytes"},
		func(i *Input, value json.RawMessage, _ PlanSettings) (err error) {
			i.Filter.MaxSize, err = parseNumber("max_size", value, "bytes")
			return err
		},
	},
	{
		InputField{"limit", ValueField, "at most this `number` of objects, the first that are not done"},
		func(i *Input, value json.RawMessage, _ PlanSettings) (err error) {
			i.Limit, err = parseNumber("limit", value, "objects")
			return err
		},
	},
	{
		InputField{"force", YesField, "make outputs again that are up to date"},
		func(i *Input, value json.RawMessage, _ PlanSettings) (err error) {
			i.Force, err = parseBool("force", value)
			return err
		},
	},
	{
		InputField{"overlap", YesField, "begin although another run of the pipeline goes on"},
		func(i *Input, value json.RawMessage, _ PlanSettings) (err error) {
			i.Overlap, err = parseBool("overlap", value)
			return err
		},
	},
	{
		InputField{"unless_running", YesField, "end at once, and quietly, if another run of the pipeline goes on"},
		func(i *Input, value json.RawMessage, _ PlanSettings) (err error) {
			i.UnlessRunning, err = parseBool("unless_running", value)
			return err
		},
	},
	{
		InputField{"dry_run", YesField, "only tell what the run would do"},
		func(i *Input, value json.RawMessage, _ PlanSettings) (err error) {
			i.DryRun, err = parseBool("dry_run", value)
			return err
		},
	},
	{
		InputField{"parameters", ValueField, "values of parameters, as a JSON `object` of texts by their names"},
		func(i *Input, value json.RawMessage, _ PlanSettings) (err error) {
			i.Parameters, err = parseParameters(value)
			return err
		},
	},
	{
		InputField{"shards", ValueField, "at most this `number` of jobs"},
		func(i *Input, value json.RawMessage, settings PlanSettings) (err error) {
			i.Shards, err = parseShards(value, settings)
			return err
		},
	},
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
