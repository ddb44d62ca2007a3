package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"batchjobwithlambda/test/account/events"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/synth"
	"batchjobwithlambda/test/template"
)

var (
	// templates are the environments' templates, by name; synthesized once.
	templates = map[string]*template.Template{}
	// interpreter runs all executions.
	interpreter *statemachine.Interpreter
)

func TestMain(m *testing.M) {
	if err := runTests(m); err != nil {
		log.Fatal(err)
	}
}

func runTests(m *testing.M) error {
	root, err := synth.Root()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "faults-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	for _, name := range []string{"dev", "prod"} {
		path, err := synth.App{Root: root}.Shared(context.Background(), name, filepath.Join(folder, name))
		if err != nil {
			return err
		}
		if templates[name], err = template.Read(path); err != nil {
			return err
		}
	}
	if interpreter, err = statemachine.Start(root); err != nil {
		return err
	}
	m.Run()
	return interpreter.Close()
}

// environment is what of a template decides how an execution ends and who is told.
type environment struct {
	definition json.RawMessage
	// mutated says that the definition need not be one that AWS would take.
	mutated    bool
	rules      []events.Rule
	machineARN string
	topicARN   string
	queueARN   string
	// alarmed are the queues on which an alarm tells somebody, by their ARNs.
	alarmed map[string]bool
	// programs are the functions' programs, by the functions' ARNs.
	programs map[string]string
}

func newEnvironment(t *template.Template) (environment, error) {
	var machine struct {
		DefinitionString string

		LoggingConfiguration, RoleArn, StateMachineType, Tags, TracingConfiguration template.Ignored
	}
	e := environment{alarmed: map[string]bool{}, programs: map[string]string{}}
	arns := map[string]*string{
		"AWS::StepFunctions::StateMachine": &e.machineARN,
		"AWS::SNS::Topic":                  &e.topicARN,
		"AWS::Batch::JobQueue":             &e.queueARN,
	}
	for kind, arn := range arns {
		ids := t.OfType(kind)
		if len(ids) != 1 {
			return e, fmt.Errorf("the template has %d resources of type %s, want one", len(ids), kind)
		}
		var err error
		if *arn, err = t.ARN(ids[0]); err != nil {
			return e, err
		}
	}
	for _, id := range t.OfType("AWS::Lambda::Function") {
		arn, err := t.ARN(id)
		if err != nil {
			return e, err
		}
		e.programs[arn] = fmt.Sprint(t.Resources[id].Properties["Handler"])
	}
	for _, id := range t.OfType("AWS::SQS::Queue") {
		arn, err := t.ARN(id)
		if err != nil {
			return e, err
		}
		e.alarmed[arn] = hasAlarm(t, id)
	}
	err := t.Decode(t.OfType("AWS::StepFunctions::StateMachine")[0], &machine)
	if err != nil {
		return e, err
	}
	e.definition = json.RawMessage(machine.DefinitionString)
	e.rules, err = events.Rules(t)
	return e, err
}

// hasAlarm reports whether an alarm tells somebody as soon as a message is in the queue.
func hasAlarm(t *template.Template, queue string) bool {
	for _, id := range t.OfType("AWS::CloudWatch::Alarm") {
		alarm := t.Resources[id].Properties
		if text, err := json.Marshal(
			alarm["Dimensions"],
		); err != nil ||
			!strings.Contains(string(text), `["`+queue+`","QueueName"]`) {
			continue
		}
		actions, _ := alarm["AlarmActions"].([]any)
		if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible" && alarm["Threshold"] == 0.0 && len(actions) > 0 {
			return true
		}
	}
	return false
}

func environmentOf(t *testing.T, name string) environment {
	t.Helper()
	e, err := newEnvironment(templates[name])
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func (e environment) executionARN(name string) string {
	return strings.Replace(e.machineARN, ":stateMachine:", ":execution:", 1) + ":" + name
}
