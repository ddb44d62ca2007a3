package updates

import (
	"fmt"
	"strings"
)

// Effect is what a change of a property does to its resource.
type Effect string

// The effects there are.
const (
	// InPlace leaves the resource with its identity and all it holds.
	InPlace Effect = "updated in place"
	// Replaced makes another resource, and deletes or leaves behind the one before.
	Replaced Effect = "replaced"
	// Refused fails the deployment, which is rolled back.
	Refused Effect = "refused by AWS"
	// Removed is of a resource that the template does not have any more.
	Removed Effect = "removed"
)

// Cost is what is lost when a resource is replaced or removed. The zero value is a
// resource that only connects others, and costs nothing.
type Cost struct {
	// Running is what stops or fails while a run goes on.
	Running string
	// Stored is what was kept in the resource, and is not in the next one.
	Stored string
}

// None reports whether nothing is lost.
func (c Cost) None() bool { return c == Cost{} }

// String is the cost as the end of a sentence.
func (c Cost) String() string {
	var parts []string
	for _, part := range []string{c.Running, c.Stored} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "; ")
}

// resourceType holds the answers for a type of resource.
type resourceType struct {
	cost Cost
	// properties are by their path: Property, or Property.Nested where AWS treats what is
	// nested in different ways.
	properties map[string]Effect
}

// CostOf returns what is lost when a resource of the type is replaced or removed.
func CostOf(typeName string) Cost { return table[typeName].cost }

// effectOf returns the answer for a property, and whether it is the one for all that is
// nested in it. It returns neither if only nested properties have answers.
func (t resourceType) effectOf(path string) (effect Effect, whole, nested bool) {
	effect, whole = t.properties[path]
	if whole {
		return effect, true, false
	}
	for known := range t.properties {
		nested = nested || strings.HasPrefix(known, path+".")
	}
	return "", false, nested
}

func unanswered(typeName, path string) error {
	return fmt.Errorf(
		"%s: property %s has no answer, want what a change of it does: look it up in the type's schema"+
			" (createOnlyProperties), and write it in test/updates/table.go",
		typeName,
		path,
	)
}

func unknownType(typeName string) error {
	return fmt.Errorf(
		"%s has no answers, want what is lost when one is replaced, and what a change of each property does:"+
			" write it in test/updates/table.go",
		typeName,
	)
}
