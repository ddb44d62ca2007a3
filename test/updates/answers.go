package updates

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"batchjobwithlambda/test/template"
)

// Answered returns an error that names every property of a template whose change nobody
// has looked up.
func Answered(t *template.Template) error {
	missing := map[string]error{}
	for _, r := range t.Resources {
		for _, path := range paths(r.Type, "", r.Properties) {
			if _, whole, _ := table[r.Type].effectOf(path); !whole {
				missing[r.Type+path] = unanswered(r.Type, path)
			}
		}
	}
	var errs []error
	for _, key := range slices.Sorted(maps.Keys(missing)) {
		errs = append(errs, missing[key])
	}
	return errors.Join(errs...)
}

// Unused returns the answers that none of the templates asks for, as TYPE PROPERTY.
func Unused(templates ...*template.Template) []string {
	used := map[string]bool{}
	for _, t := range templates {
		for _, r := range t.Resources {
			for _, path := range paths(r.Type, "", r.Properties) {
				used[r.Type+" "+path] = true
			}
		}
	}
	var unused []string
	for typeName, answers := range table {
		for path := range answers.properties {
			if !used[typeName+" "+path] {
				unused = append(unused, typeName+" "+path)
			}
		}
	}
	slices.Sort(unused)
	return unused
}

// paths are the properties of a resource, those that are nested where the table tells
// them apart.
func paths(typeName, path string, properties map[string]any) []string {
	var all []string
	for name, value := range properties {
		at := strings.TrimPrefix(path+"."+name, ".")
		below, isMap := value.(map[string]any)
		if _, _, nested := table[typeName].effectOf(at); nested && isMap {
			all = append(all, paths(typeName, at, below)...)
			continue
		}
		all = append(all, at)
	}
	return all
}
