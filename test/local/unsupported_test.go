package main

import (
	"strings"
	"testing"

	"batchjobwithlambda/test/account"
	"batchjobwithlambda/test/template"
)

func TestATemplateThatNeedsWhatIsNotSupportedIsNotRun(t *testing.T) {
	for want, change := range map[string]change{
		`resources of type "AWS::DynamoDB::Table" are not supported`: func(_ *testing.T, changed *template.Template) {
			changed.Resources["Table"] = &template.Resource{Type: "AWS::DynamoDB::Table"}
		},
		"property Layers is not supported": func(_ *testing.T, changed *template.Template) {
			changed.OfType("AWS::Lambda::Function")[0].Properties["Layers"] = []any{"arn"}
		},
		`unknown field "Privileged"`: func(t *testing.T, changed *template.Template) {
			at(t, definition(t, changed), "ContainerProperties")["Privileged"] = true
		},
		"Fn::ImportValue": func(t *testing.T, changed *template.Template) {
			variables(t, changed, "collect")["RUNS"] = map[string]any{"Fn::ImportValue": "name"}
		},
		`type "Parallel" is not supported`: func(t *testing.T, changed *template.Template) {
			only(t, changed, "AWS::StepFunctions::StateMachine")["DefinitionString"] = `{"StartAt":"A","States":{"A":{"Type":"Parallel"}}}`
		},
	} {
		t.Run(want, func(t *testing.T) {
			folder := t.TempDir()
			_, err := account.Open(changed(t, change).template, account.Options{Directory: folder, Logs: folder})
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got error %v, want one about %s", err, want)
			}
		})
	}
}
