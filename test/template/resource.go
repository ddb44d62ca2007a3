package template

import (
	"encoding/json"
	"fmt"
	"regexp"
)

// Resource is one resource of a template, as it is written.
type Resource struct {
	// ID is the logical id.
	ID         string `json:"-"`
	Type       string
	Condition  string   `json:",omitempty"`
	DependsOn  []string `json:",omitempty"`
	Properties map[string]any
	// DeletionPolicy and UpdateReplacePolicy say what becomes of the resource when it is
	// removed from the template, and when it is replaced.
	DeletionPolicy      string `json:",omitempty"`
	UpdateReplacePolicy string `json:",omitempty"`
}

var idHash = regexp.MustCompile(`[0-9A-F]{8}$`)

// WithoutHash is a logical id without the hash that the CDK ends it with.
func WithoutHash(id string) string { return idHash.ReplaceAllString(id, "") }

// Name is the logical id without its hash.
func (r *Resource) Name() string { return WithoutHash(r.ID) }

// Decode reads those of the properties that a struct has, as they are written.
func (r *Resource) Decode(into any) error {
	text, err := json.Marshal(r.Properties)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("%s (%s): %w", r.ID, r.Type, err)
	}
	return nil
}
