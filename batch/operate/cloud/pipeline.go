package cloud

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfntypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"

	"batchjobwithlambda/batch/contract"
)

// pipeline is what the outputs of a stack say of one of its pipelines.
type pipeline struct {
	// stack is what CloudFormation said of the stack.
	stack cfntypes.Stack
	// stateMachine and definition are ARNs, that of the definition with its revision.
	stateMachine, definition string
	// logGroup has the logs of the jobs.
	logGroup string
	// inputPolicy and outputPolicy are what the owner of a bucket of another account has to allow; empty
	// for one of this account.
	inputPolicy, outputPolicy string
	// plan is what an execution's input is checked against.
	plan contract.PlanSettings
}

// machineOutput is an output that each pipeline has, behind its name.
const machineOutput = "StateMachine"

// findPipeline asks for the outputs of the stack. Without a name, the stack has to have only one
// pipeline.
func findPipeline(ctx context.Context, c clients, stack, name string) (pipeline, error) {
	answer, err := c.stacks.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &stack})
	var refused smithy.APIError
	if errors.As(err, &refused) && refused.ErrorCode() == "ValidationError" {
		return pipeline{}, fmt.Errorf("stack: got no %s in this account and region, want one: make deploy: %w", stack, err)
	}
	if err != nil {
		return pipeline{}, err
	}
	outputs := map[string]string{}
	described := answer.Stacks[0]
	for _, output := range described.Outputs {
		outputs[aws.ToString(output.OutputKey)] = aws.ToString(output.OutputValue)
	}
	prefix, err := outputPrefix(outputs, stack, name)
	if err != nil {
		return pipeline{}, err
	}
	found, err := readOutputs(outputs, prefix)
	found.stack = described
	return found, err
}

// resources are the physical ids of the stack's resources, by their types. With an error they are
// those of the pages before it.
func (p *Place) resources(ctx context.Context) (map[string][]string, error) {
	ids := map[string][]string{}
	pages := cloudformation.NewListStackResourcesPaginator(p.stacks, &cloudformation.ListStackResourcesInput{
		StackName: p.stack.StackName,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return ids, err
		}
		for _, r := range page.StackResourceSummaries {
			kind := aws.ToString(r.ResourceType)
			ids[kind] = append(ids[kind], aws.ToString(r.PhysicalResourceId))
		}
	}
	return ids, nil
}

// outputPrefix is what the names of the pipeline's outputs begin with: "ThumbNails" for the
// pipeline "thumb-nails".
func outputPrefix(outputs map[string]string, stack, name string) (string, error) {
	var prefixes []string
	for output := range outputs {
		if prefix, ok := strings.CutSuffix(output, machineOutput); ok {
			prefixes = append(prefixes, prefix)
		}
	}
	slices.Sort(prefixes)
	if len(prefixes) == 0 {
		return "", fmt.Errorf(
			"stack %s: got no output of the name …%s, want one: it is of an older version: make deploy",
			stack, machineOutput)
	}
	for _, prefix := range prefixes {
		if strings.EqualFold(prefix, strings.ReplaceAll(name, "-", "")) || name == "" && len(prefixes) == 1 {
			return prefix, nil
		}
	}
	return "", fmt.Errorf("-pipeline: got %q, want one of %s", name, strings.Join(prefixes, ", "))
}

func readOutputs(outputs map[string]string, prefix string) (pipeline, error) {
	name := prefix + "PlanSettings"
	plan, err := contract.ReadSettings[contract.PlanSettings](strings.Fields(outputs[name]))
	if err != nil {
		return pipeline{}, fmt.Errorf("output %s of the stack: got %q: %w", name, outputs[name], err)
	}
	return pipeline{
		stateMachine: outputs[prefix+machineOutput],
		definition:   outputs[prefix+"JobDefinition"],
		logGroup:     outputs[prefix+"JobLogs"],
		inputPolicy:  outputs[prefix+"InputBucketPolicy"],
		outputPolicy: outputs[prefix+"OutputBucketPolicy"],
		plan:         plan,
	}, nil
}
