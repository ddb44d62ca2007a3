package main

import (
	"encoding/json"
	"slices"
	"strings"
)

// template is a stack's template, as far as it says what jobs start.
type template struct {
	Resources map[string]struct {
		Type       string
		Properties struct {
			ContainerProperties struct {
				// Image holds the tag, but is not a plain text.
				Image   json.RawMessage
				Command []any
			}
		}
	}
}

// programs are what the jobs that use the image start for each object: the first words of their
// commands after the worker's own arguments, which are parameters of the job.
func (a assembly) programs(imageTag string) []string {
	var programs []string
	for _, stack := range a.templates {
		for _, resource := range stack.Resources {
			container := resource.Properties.ContainerProperties
			if resource.Type != "AWS::Batch::JobDefinition" || !strings.Contains(string(container.Image), ":"+imageTag) {
				continue
			}
			first := slices.IndexFunc(container.Command, isProgram)
			if first >= 0 {
				programs = append(programs, container.Command[first].(string))
			}
		}
	}
	slices.Sort(programs)
	return slices.Compact(programs)
}

func isProgram(word any) bool {
	text, ok := word.(string)
	return ok && !strings.HasPrefix(text, "Ref::")
}
