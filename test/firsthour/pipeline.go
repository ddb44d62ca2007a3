package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/batch"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"batchjobwithlambda/batch/contract"
)

// pipeline is what the stack has, as AWS tells.
type pipeline struct {
	stack string
	// stateMachine is its ARN, and role what it runs as.
	stateMachine string
	role         string
	// submit is the state that submits an array, as the definition has it.
	submit submission
	// definition is the revision that the next run would use.
	definition batchtypes.JobDefinition
	input      contract.Location
	output     contract.Location
}

// submission is what a state of the definition says to Batch.
type submission struct {
	JobQueue      string
	JobDefinition string
	Tags          map[string]any
}

// findPipeline looks the stack up. If it has more than one pipeline, the construct id
// says which.
func findPipeline(ctx context.Context, c clients, stack, id string) (pipeline, error) {
	p := pipeline{stack: stack}
	var err error
	if p.stateMachine, err = findStateMachine(ctx, c, stack, id); err != nil {
		return p, err
	}
	machine, err := c.states.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: &p.stateMachine})
	if err != nil {
		return p, err
	}
	p.role = aws.ToString(machine.RoleArn)
	if p.submit, err = readSubmission(aws.ToString(machine.Definition)); err != nil {
		return p, fmt.Errorf("the definition of %s: %w", p.stateMachine, err)
	}
	definitions, err := c.jobs.DescribeJobDefinitions(ctx, &batch.DescribeJobDefinitionsInput{
		JobDefinitions: []string{p.submit.JobDefinition},
	})
	if err != nil {
		return p, err
	}
	if len(definitions.JobDefinitions) != 1 || definitions.JobDefinitions[0].ContainerProperties == nil {
		return p, fmt.Errorf("job definition %s: got %d, want one with a container",
			p.submit.JobDefinition, len(definitions.JobDefinitions))
	}
	p.definition = definitions.JobDefinitions[0]
	return p, p.readLocations()
}

func findStateMachine(ctx context.Context, c clients, stack, id string) (string, error) {
	var found []string
	pages := cloudformation.NewListStackResourcesPaginator(c.stacks, &cloudformation.ListStackResourcesInput{
		StackName: &stack,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", err
		}
		for _, r := range page.StackResourceSummaries {
			ofType := aws.ToString(r.ResourceType) == "AWS::StepFunctions::StateMachine"
			if ofType && strings.HasPrefix(strings.ToLower(aws.ToString(r.LogicalResourceId)), strings.ToLower(id)) {
				found = append(found, aws.ToString(r.PhysicalResourceId))
			}
		}
	}
	if len(found) != 1 {
		return "", fmt.Errorf("state machines of stack %s whose id begins with %q: got %q, want one: name the pipeline by -pipeline",
			stack, id, found)
	}
	return found[0], nil
}

func readSubmission(definition string) (submission, error) {
	var machine struct {
		States map[string]struct {
			Resource   string
			Parameters submission
		}
	}
	if err := json.Unmarshal([]byte(definition), &machine); err != nil {
		return submission{}, err
	}
	for _, state := range machine.States {
		if strings.HasSuffix(state.Resource, ":batch:submitJob.sync") {
			return state.Parameters, nil
		}
	}
	return submission{}, fmt.Errorf("got no state that submits a job, want one")
}

// readLocations reads where the job reads and writes from its own variables.
func (p *pipeline) readLocations() error {
	variables := map[string]string{}
	for _, v := range p.definition.ContainerProperties.Environment {
		variables[aws.ToString(v.Name)] = aws.ToString(v.Value)
	}
	if err := p.input.UnmarshalText([]byte(variables["INPUT"])); err != nil {
		return fmt.Errorf("variable INPUT of %s: %w", p.submit.JobDefinition, err)
	}
	if err := p.output.UnmarshalText([]byte(variables["OUTPUT"])); err != nil {
		return fmt.Errorf("variable OUTPUT of %s: %w", p.submit.JobDefinition, err)
	}
	return nil
}
