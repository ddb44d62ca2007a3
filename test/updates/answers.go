package updates

import (
	"slices"
	"strings"

	"batchjobwithlambda/test/template"
)

// Unanswered returns what nobody has looked up: a line for each type and property of the
// template that has no answer, sorted.
func Unanswered(t *template.Template) []string {
	var lines []string
	for _, r := range t.Resources {
		if _, ok := table[r.Type]; !ok {
			lines = append(lines, unknownType(r.Type).Error())
			continue
		}
		for _, path := range paths(r.Type, "", r.Properties) {
			if _, whole, _ := table[r.Type].effectOf(path); !whole {
				lines = append(lines, unanswered(r.Type, path).Error())
			}
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
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
