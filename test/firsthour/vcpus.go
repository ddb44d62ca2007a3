package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfntypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

var claimVCPUs = claim{"The vCPUs of a deployed stack change in place", true}

const (
	// manyVCPUs is what a thousand jobs of a quarter of a vCPU need at once.
	manyVCPUs = 256
	// updateLimit is how long an update of the stack may take.
	updateLimit = 20 * time.Minute
	// maxTemplateBytes is how long a template may be that is part of a request ("CloudFormation
	// quotas", AWS CloudFormation User Guide).
	maxTemplateBytes = 51_200

	environmentType = "AWS::Batch::ComputeEnvironment"
)

// tryVCPUs updates the stack to more vCPUs, as a deployment with another MaxVCPUs does.
func tryVCPUs(ctx context.Context, h *hour) error {
	before, err := h.environments(ctx)
	if err != nil {
		return err
	}
	template, err := h.stacks.GetTemplate(ctx, &cloudformation.GetTemplateInput{
		StackName:     &h.stack,
		TemplateStage: cfntypes.TemplateStageOriginal,
	})
	if err != nil {
		return err
	}
	original := aws.ToString(template.TemplateBody)
	larger, err := withVCPUs(original, manyVCPUs)
	if err != nil {
		return err
	}
	status, err := h.update(ctx, larger)
	if err != nil {
		return err
	}
	if status != cfntypes.StackStatusUpdateComplete {
		reason, err := h.refusal(ctx)
		h.add(claimVCPUs, doesNot, "the update ended %s: %s", status, reason)
		return err
	}
	h.later("set the vCPUs back", func(ctx context.Context) error {
		status, err := h.update(ctx, original)
		if err == nil && status != cfntypes.StackStatusUpdateComplete {
			err = fmt.Errorf("stack %s is %s, want %s: deploy it again", h.stack, status, cfntypes.StackStatusUpdateComplete)
		}
		return err
	})
	after, err := h.environments(ctx)
	if err != nil {
		return err
	}
	h.addIf(maps.Equal(before, after), claimVCPUs, "the update ended %s, the environments were %v and are %v", status, before, after)
	return nil
}

// environments are the physical ids of the compute environments, by logical id.
func (h *hour) environments(ctx context.Context) (map[string]string, error) {
	ids := map[string]string{}
	pages := cloudformation.NewListStackResourcesPaginator(h.stacks, &cloudformation.ListStackResourcesInput{
		StackName: &h.stack,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range page.StackResourceSummaries {
			if aws.ToString(r.ResourceType) == environmentType {
				ids[aws.ToString(r.LogicalResourceId)] = aws.ToString(r.PhysicalResourceId)
			}
		}
	}
	return ids, nil
}

// withVCPUs is the template with as many vCPUs in each compute environment. It returns an
// error if the template has none, or would be too long.
func withVCPUs(template string, vCPUs int) (string, error) {
	var parsed map[string]any
	if err := json.Unmarshal([]byte(template), &parsed); err != nil {
		return "", fmt.Errorf("the stack's template: %w", err)
	}
	found := false
	resources, _ := parsed["Resources"].(map[string]any)
	for _, resource := range resources {
		r, _ := resource.(map[string]any)
		properties, _ := r["Properties"].(map[string]any)
		compute, ok := properties["ComputeResources"].(map[string]any)
		if r["Type"] == environmentType && ok {
			compute["MaxvCpus"] = vCPUs
			found = true
		}
	}
	text, err := json.Marshal(parsed)
	switch {
	case err != nil:
		return "", err
	case !found:
		return "", errors.New("the stack's template has no compute environment")
	case len(text) > maxTemplateBytes:
		return "", fmt.Errorf("the stack's template: got %d bytes, want at most %d: deploy another MaxVCPUs to see it",
			len(text), maxTemplateBytes)
	}
	return string(text), nil
}

// update updates the stack to the template, with everything else as it was, and waits for
// the end.
func (h *hour) update(ctx context.Context, template string) (cfntypes.StackStatus, error) {
	stack, err := h.describeStack(ctx)
	if err != nil {
		return "", err
	}
	var parameters []cfntypes.Parameter
	for _, p := range stack.Parameters {
		parameters = append(parameters, cfntypes.Parameter{ParameterKey: p.ParameterKey, UsePreviousValue: aws.Bool(true)})
	}
	if _, err := h.stacks.UpdateStack(ctx, &cloudformation.UpdateStackInput{
		StackName:    &h.stack,
		TemplateBody: &template,
		Parameters:   parameters,
		Capabilities: []cfntypes.Capability{cfntypes.CapabilityCapabilityNamedIam},
	}); err != nil {
		return "", err
	}
	err = h.until(ctx, updateLimit, func() (bool, error) {
		stack, err = h.describeStack(ctx)
		return err == nil && !strings.HasSuffix(string(stack.StackStatus), "_IN_PROGRESS"), err
	})
	return stack.StackStatus, err
}

func (h *hour) describeStack(ctx context.Context) (cfntypes.Stack, error) {
	stacks, err := h.stacks.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &h.stack})
	if err != nil {
		return cfntypes.Stack{}, err
	}
	if len(stacks.Stacks) != 1 {
		return cfntypes.Stack{}, fmt.Errorf("stack %s: got %d, want one", h.stack, len(stacks.Stacks))
	}
	return stacks.Stacks[0], nil
}

// refusal is why the last update failed: what CloudFormation says of the resource that
// failed first.
func (h *hour) refusal(ctx context.Context) (string, error) {
	events, err := h.stacks.DescribeStackEvents(ctx, &cloudformation.DescribeStackEventsInput{StackName: &h.stack})
	if err != nil {
		return "", err
	}
	reason := "no event says why"
	for _, event := range events.StackEvents { // The latest first.
		if aws.ToString(event.ResourceType) == "AWS::CloudFormation::Stack" &&
			event.ResourceStatus == cfntypes.ResourceStatusUpdateInProgress {
			break
		}
		if event.ResourceStatus == cfntypes.ResourceStatusUpdateFailed {
			reason = aws.ToString(event.LogicalResourceId) + ": " + aws.ToString(event.ResourceStatusReason)
		}
	}
	return reason, nil
}
