package test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// template is what the tests read of a synthesized template.
type template struct {
	text []byte
	// folder is the cloud assembly that it is from.
	folder     string
	Resources  map[string]*resource
	Outputs    map[string]struct{ Value any }
	Conditions map[string]any
}

type resource struct {
	id             string
	Type           string
	Properties     map[string]any
	DependsOn      []string
	DeletionPolicy string
}

func readTemplate(path string) (*template, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	t := &template{text: text, folder: filepath.Dir(path)}
	if err := json.Unmarshal(text, t); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for id, r := range t.Resources {
		r.id = id
	}
	return t, nil
}

// ofType returns the resources of a type, by their ids.
func (t *template) ofType(name string) []*resource {
	var found []*resource
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		if t.Resources[id].Type == name {
			found = append(found, t.Resources[id])
		}
	}
	return found
}

// only returns the one resource of a type.
func (t *template) only(tb testing.TB, name string) *resource {
	tb.Helper()
	found := t.ofType(name)
	if len(found) != 1 {
		tb.Fatalf("%d resources of type %s, want one", len(found), name)
	}
	return found[0]
}

// decode reads a resource's properties into a struct.
func (r *resource) decode(tb testing.TB, into any) {
	tb.Helper()
	text, err := json.Marshal(r.Properties)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		tb.Fatalf("%s: %v", r.id, err)
	}
}

var idHash = regexp.MustCompile(`[0-9A-F]{8}$`)

// name is the logical id without the hash that the CDK ends it with.
func (r *resource) name() string { return idHash.ReplaceAllString(r.id, "") }

// render writes a value with intrinsic functions as one line: "${Bucket.Arn}/input/*".
func render(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case []any:
		var parts []string
		for _, part := range value {
			parts = append(parts, render(part))
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		for function, argument := range value {
			switch function {
			case "Ref":
				return "${" + idHash.ReplaceAllString(render(argument), "") + "}"
			case "Fn::GetAtt":
				list := argument.([]any)
				return "${" + idHash.ReplaceAllString(render(list[0]), "") + "." + render(list[1]) + "}"
			case "Fn::Join":
				list := argument.([]any)
				var parts []string
				for _, part := range list[1].([]any) {
					parts = append(parts, render(part))
				}
				return strings.Join(parts, render(list[0]))
			case "Fn::Sub":
				return render(argument)
			}
		}
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // It came from JSON.
	}
	return string(text)
}
