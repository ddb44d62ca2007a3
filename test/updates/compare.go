package updates

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"

	"batchjobwithlambda/test/template"
)

// Change is what the deployment of another template does to one resource.
type Change struct {
	// ID is the resource's logical id.
	ID   string
	Type string
	// Property is what is another, empty for a resource that is removed.
	Property string
	Effect   Effect
	// Kept is true if the resource stays in the account although the stack leaves it.
	Kept bool
}

// Compare returns what the deployment of the template after does to a stack that was
// deployed from the template before, by logical id and property. What is only added is
// no change. It returns an error for each property that has no answer.
func Compare(before, after *template.Template) ([]Change, error) {
	c := comparison{
		before:   before,
		after:    after,
		replaced: map[string]bool{},
		missing:  map[string]error{},
	}
	// A resource that is replaced has another name, so what refers to it changes too.
	for {
		changes := c.changes()
		if len(c.missing) > 0 {
			return nil, errors.Join(slices.Collect(maps.Values(c.missing))...)
		}
		known := len(c.replaced)
		for _, change := range changes {
			if change.Effect == Replaced {
				c.replaced[change.ID] = true
			}
		}
		if len(c.replaced) == known {
			return changes, nil
		}
	}
}

type comparison struct {
	before, after *template.Template
	// replaced are the logical ids of what is replaced.
	replaced map[string]bool
	// missing are the errors of what has no answer, each once.
	missing map[string]error
}

func (c *comparison) miss(err error) { c.missing[err.Error()] = err }

func (c *comparison) changes() []Change {
	var changes []Change
	for _, id := range slices.Sorted(maps.Keys(c.before.Resources)) {
		was := c.before.Resources[id]
		if _, ok := table[was.Type]; !ok {
			c.miss(unknownType(was.Type))
			continue
		}
		is, there := c.after.Resources[id]
		if !there {
			changes = append(changes, Change{ID: id, Type: was.Type, Effect: Removed, Kept: stays(was.DeletionPolicy)})
			continue
		}
		changed := Change{ID: id, Type: was.Type, Kept: stays(is.UpdateReplacePolicy)}
		if was.Type != is.Type {
			changed.Property, changed.Effect = "Type", Refused
			changes = append(changes, changed)
			continue
		}
		changes = append(changes, c.properties(changed, "", was.Properties, is.Properties)...)
	}
	return changes
}

// properties compares what is below the path, as deep as AWS tells it apart.
func (c *comparison) properties(change Change, path string, was, is map[string]any) []Change {
	var changes []Change
	names := maps.Clone(was)
	if names == nil {
		names = map[string]any{}
	}
	maps.Copy(names, is)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		at := strings.TrimPrefix(path+"."+name, ".")
		if c.same(was[name], is[name]) {
			continue
		}
		effect, whole, nested := table[change.Type].effectOf(at)
		switch {
		case whole:
			change.Property, change.Effect = at, effect
			changes = append(changes, change)
		case nested:
			wasBelow, _ := was[name].(map[string]any)
			isBelow, _ := is[name].(map[string]any)
			changes = append(changes, c.properties(change, at, wasBelow, isBelow)...)
		default:
			c.miss(unanswered(change.Type, at))
		}
	}
	return changes
}

// same reports whether a value is the same, and refers to nothing that is replaced.
func (c *comparison) same(was, is any) bool {
	return reflect.DeepEqual(was, is) && !c.refersToReplaced(is)
}

func (c *comparison) refersToReplaced(value any) bool {
	switch value := value.(type) {
	case []any:
		return slices.ContainsFunc(value, c.refersToReplaced)
	case map[string]any:
		if c.replaced[referred(value)] {
			return true
		}
		for _, below := range value {
			if c.refersToReplaced(below) {
				return true
			}
		}
	}
	return false
}

// referred is the logical id that Ref or Fn::GetAtt refers to, or "".
func referred(value map[string]any) string {
	if id, ok := value["Ref"].(string); ok {
		return id
	}
	if list, ok := value["Fn::GetAtt"].([]any); ok && len(list) > 0 {
		id, _ := list[0].(string)
		return id
	}
	return ""
}

func stays(policy string) bool { return strings.HasPrefix(policy, "Retain") }
