package checkers

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"batchjobwithlambda/test/proof"
	"batchjobwithlambda/test/template"
)

const aslValidator = "node_modules/.bin/asl-validator"

func TestTheDefinitionsAreValidStatesLanguage(t *testing.T) {
	valid := 0
	for environment := range templates {
		path := filepath.Join(t.TempDir(), environment+".json")
		write(t, path, definition(t, environment))
		if _, err := tool(t.Context(), aslValidator, "--json-path", path); err != nil {
			t.Error(err)
			continue
		}
		valid++
	}
	proof.Row(t, "held", "definitions that are valid to asl-validator", len(templates), valid)
}

func TestAFaultInTheDefinitionIsCaught(t *testing.T) {
	const submit = "Submit Batch Job"
	faults := map[string]func(definition, states map[string]any){
		"it starts nowhere":            func(definition, _ map[string]any) { definition["StartAt"] = "Nowhere" },
		"a state goes nowhere":         func(_, states map[string]any) { states[submit].(map[string]any)["Next"] = "Nowhere" },
		"a state cannot be reached":    func(_, states map[string]any) { states["Lost"] = map[string]any{"Type": "Succeed"} },
		"a task does nothing":          func(_, states map[string]any) { delete(states[submit].(map[string]any), "Resource") },
		"a task does what nobody does": func(_, states map[string]any) { states[submit].(map[string]any)["Resource"] = "batch:submitJob" },
		"a field is misspelt":          func(_, states map[string]any) { states[submit].(map[string]any)["Retries"] = []any{} },
		"a path is none":               func(_, states map[string]any) { states[submit].(map[string]any)["ResultPath"] = "$[" },
	}
	folder := t.TempDir()
	var arguments []string
	for name, fault := range faults {
		changed := definition(t, "prod")
		fault(changed, changed["States"].(map[string]any))
		path := filepath.Join(folder, name+".json")
		write(t, path, changed)
		arguments = append(arguments, "--json-path", path)
	}
	_, err := tool(t.Context(), aslValidator, arguments...)
	caught := 0
	for name := range faults {
		if err != nil && strings.Contains(err.Error(), name+`.json" is invalid`) {
			caught++
		} else {
			t.Errorf("%s, and it is valid", name)
		}
	}
	proof.Row(t, "planted", "faults in the Amazon States Language", len(faults), caught)
}

var references = regexp.MustCompile(`\$\{[^}]*\}`)

// definition is an environment's definition, with one word for every reference: the
// partition is the only one that the language itself looks at.
func definition(t *testing.T, environment string) map[string]any {
	t.Helper()
	parsed, err := template.Read(templates[environment], nil)
	if err != nil {
		t.Fatal(err)
	}
	machine, err := parsed.Only("AWS::StepFunctions::StateMachine")
	if err != nil {
		t.Fatal(err)
	}
	text := references.ReplaceAllString(template.Render(machine.Properties["DefinitionString"]), "aws")
	var definition map[string]any
	if err := json.Unmarshal([]byte(text), &definition); err != nil {
		t.Fatal(err)
	}
	return definition
}
