package statemachine

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/template"
)

const typeStateMachine = "AWS::StepFunctions::StateMachine"

// Types are those of AWS Step Functions.
var Types = template.Types{
	typeStateMachine: {
		ARN:       template.ARN("states", "stateMachine:%s"),
		Ref:       template.ARN("states", "stateMachine:%s"),
		Attribute: "Arn",
	},
}

// Machine is a deployed state machine.
type Machine struct {
	ARN, Name string
	// Role is the ARN of its role.
	Role       string
	Definition json.RawMessage
}

// Machines returns the state machines of a template, sorted by their ARNs.
func Machines(t *template.Template) ([]Machine, error) {
	type properties struct {
		DefinitionString string
		RoleArn          string

		LoggingConfiguration, StateMachineType, Tags, TracingConfiguration template.Ignored
	}
	all, err := template.ResolveAll[properties](t, typeStateMachine)
	if err != nil {
		return nil, err
	}
	var machines []Machine
	for _, arn := range slices.Sorted(maps.Keys(all)) {
		machines = append(machines, Machine{
			ARN:        arn,
			Name:       arn[strings.LastIndex(arn, ":")+1:],
			Role:       all[arn].RoleArn,
			Definition: json.RawMessage(all[arn].DefinitionString),
		})
	}
	return machines, nil
}

// CheckTrust returns an error if the service could not take the state machine's role, which it
// tries when the stack is deployed.
func (m Machine) CheckTrust(gate *iam.Gate) error {
	source := map[string]string{"aws:SourceAccount": template.Account, "aws:SourceArn": m.ARN}
	if err := gate.Check(iam.AssumeRole("states", m.Role, source)); err != nil {
		return fmt.Errorf("AWS Step Functions cannot take the role of %s: %w", m.Name, err)
	}
	return nil
}

// Mentions reports whether the definition has the ARN of a resource that it uses.
func (m Machine) Mentions(arn string) bool {
	return strings.Contains(string(m.Definition), `"`+arn+`"`)
}

// ExecutionARN is the ARN of the execution with the given name.
func (m Machine) ExecutionARN(name string) string {
	return strings.Replace(m.ARN, ":stateMachine:", ":execution:", 1) + ":" + name
}

// Execution is one with the given name and input.
func (m Machine) Execution(name string, input json.RawMessage) Execution {
	return Execution{
		Definition:  m.Definition,
		Input:       input,
		ARN:         m.ExecutionARN(name),
		Name:        name,
		MachineARN:  m.ARN,
		MachineName: m.Name,
	}
}
