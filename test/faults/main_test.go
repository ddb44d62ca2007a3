package faults

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/account"
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
	for name, app := range map[string]synth.App{
		"dev": {Root: root}, "prod": {Root: root}, "large": {Root: root, Program: "test/matrix"},
	} {
		path, err := app.Shared(context.Background(), name, filepath.Join(folder, name))
		if err != nil {
			return err
		}
		if templates[name], err = template.Read(path, account.Types()); err != nil {
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
	machine statemachine.Machine
	// mutated says that the definition need not be one that AWS would take.
	mutated  bool
	rules    []events.Rule
	topicARN string
	queueARN string
	// alarmed are the queues on which an alarm tells somebody, by their ARNs.
	alarmed map[string]bool
	// largeARN is the definition of the larger job; empty if there is none.
	largeARN string
	// command is what the job definition runs for each object.
	command []string
	// programs are the functions' programs, by the functions' ARNs.
	programs map[string]string
}

func newEnvironment(t *template.Template) (environment, error) {
	e := environment{alarmed: map[string]bool{}, programs: map[string]string{}}
	machines, err := statemachine.Machines(t)
	if err != nil || len(machines) != 1 {
		return e, errors.Join(err, fmt.Errorf("the template has %d state machines, want one", len(machines)))
	}
	e.machine = machines[0]
	for kind, arn := range map[string]*string{"AWS::SNS::Topic": &e.topicARN, "AWS::Batch::JobQueue": &e.queueARN} {
		r, err := t.Only(kind)
		if err != nil {
			return e, err
		}
		if *arn, err = t.ARN(r); err != nil {
			return e, err
		}
	}
	if e.command, err = commandOf(t); err != nil {
		return e, err
	}
	for _, function := range t.OfType("AWS::Lambda::Function") {
		arn, err := t.ARN(function)
		if err != nil {
			return e, err
		}
		e.programs[arn] = fmt.Sprint(function.Properties["Handler"])
	}
	for _, queue := range t.OfType("AWS::SQS::Queue") {
		arn, err := t.ARN(queue)
		if err != nil {
			return e, err
		}
		e.alarmed[arn] = hasAlarm(t, queue)
	}
	for _, definition := range t.OfType("AWS::Batch::JobDefinition") {
		if strings.Contains(definition.ID, "Large") {
			if e.largeARN, err = t.ARN(definition); err != nil {
				return e, err
			}
		}
	}
	e.rules, err = events.Rules(t)
	return e, err
}

// commandOf is what the job definition runs for each object, without the run's own arguments.
func commandOf(t *template.Template) ([]string, error) {
	// That of a larger job runs the same.
	definition := t.OfType("AWS::Batch::JobDefinition")[0]
	var properties struct{ ContainerProperties struct{ Command []string } }
	err := definition.Decode(&properties)
	command := properties.ContainerProperties.Command
	return slices.DeleteFunc(command, func(argument string) bool { return strings.HasPrefix(argument, "Ref::") }), err
}

// hasAlarm reports whether an alarm tells somebody as soon as a message is in the queue.
func hasAlarm(t *template.Template, queue *template.Resource) bool {
	of := template.Render(map[string]any{"Fn::GetAtt": []any{queue.ID, "QueueName"}})
	for _, alarm := range t.OfType("AWS::CloudWatch::Alarm") {
		var properties struct {
			MetricName   string
			Threshold    *float64
			Dimensions   []struct{ Value any }
			AlarmActions []any
		}
		if alarm.Decode(&properties) != nil || properties.MetricName != "ApproximateNumberOfMessagesVisible" ||
			properties.Threshold == nil || *properties.Threshold != 0 || len(properties.AlarmActions) == 0 {
			continue
		}
		for _, dimension := range properties.Dimensions {
			if template.Render(dimension.Value) == of {
				return true
			}
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
