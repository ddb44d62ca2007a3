package template

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Template is a stack's template.
type Template struct {
	// Stack is the stack's name.
	Stack string `json:"-"`
	// Text is the template as it was read, and Folder the cloud assembly that it was read from.
	Text   []byte `json:"-"`
	Folder string `json:"-"`

	// Resources are by their logical ids.
	Resources map[string]*Resource
	Outputs   map[string]Output
	// Mappings have values by the mapping's name, the first key and the second.
	Mappings map[string]map[string]map[string]string `json:",omitempty"`

	types Types
}

// Output is one output of a stack.
type Output struct{ Value any }

// Read reads the template at the path, which is STACK.template.json. Without types nothing in
// it can be resolved.
func Read(path string, types Types) (*Template, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	stack, ok := strings.CutSuffix(filepath.Base(path), ".template.json")
	if !ok {
		return nil, fmt.Errorf("read the template: got the path %q, want STACK.template.json", path)
	}
	t, err := Parse(stack, text, types)
	if err != nil {
		return nil, err
	}
	t.Folder = filepath.Dir(path)
	return t, nil
}

// Parse reads the template of the stack with the given name.
func Parse(stack string, text []byte, types Types) (*Template, error) {
	t := &Template{Stack: stack, Text: text, types: types}
	if err := json.Unmarshal(text, t); err != nil {
		return nil, fmt.Errorf("the template of %s: %w", stack, err)
	}
	for id, resource := range t.Resources {
		resource.ID = id
	}
	return t, nil
}

// Clone copies the template, so that its resources may be changed.
func (t *Template) Clone() (*Template, error) {
	text, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("the template of %s: %w", t.Stack, err)
	}
	return Parse(t.Stack, text, t.types)
}

// Sorted returns all resources, sorted by their ids.
func (t *Template) Sorted() []*Resource {
	sorted := make([]*Resource, 0, len(t.Resources))
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		sorted = append(sorted, t.Resources[id])
	}
	return sorted
}

// OfType returns the resources of a type, sorted by their ids.
func (t *Template) OfType(name string) []*Resource {
	return slices.DeleteFunc(t.Sorted(), func(r *Resource) bool { return r.Type != name })
}

// Only returns the one resource of a type.
func (t *Template) Only(name string) (*Resource, error) {
	found := t.OfType(name)
	if len(found) != 1 {
		return nil, fmt.Errorf("%s has %d resources of type %s, want one", t.Stack, len(found), name)
	}
	return found[0], nil
}

// Named returns the resource whose id is the name and a hash, or nil.
func (t *Template) Named(name string) *Resource {
	for _, r := range t.Resources {
		if r.Name() == name {
			return r
		}
	}
	return nil
}
