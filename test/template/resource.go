package template

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
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

// DefaultPipeline is the name of the pipeline in an environment with only one, with which the
// logical ids of everything in it begin.
const DefaultPipeline = "main"

// ShortName is a logical id without the hash that the CDK ends it with, and without the name
// of the default pipeline.
func ShortName(id string) string {
	return strings.TrimPrefix(idHash.ReplaceAllString(id, ""), DefaultPipeline)
}

// Name is the short name of the resource.
func (r *Resource) Name() string { return ShortName(r.ID) }

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
