package main

import (
	"fmt"
	"net/url"
	"strings"
)

// consoleDomains are the domains of the AWS console by partition ("Partitions", AWS
// Fault Isolation Boundaries).
var consoleDomains = map[string]string{
	"aws":        "console.aws.amazon.com",
	"aws-cn":     "console.amazonaws.cn",
	"aws-us-gov": "console.amazonaws-us-gov.com",
}

// consoleLink is the page of an execution, or "" if its partition has none that is known.
func consoleLink(execution string) string {
	partition, region := place(execution)
	domain, ok := consoleDomains[partition]
	if !ok {
		return ""
	}
	return fmt.Sprintf(
		"https://%s.%s/states/home?region=%s#/v2/executions/details/%s",
		region,
		domain,
		region,
		url.PathEscape(execution),
	)
}

// startCommand is what starts an execution of the state machine.
func startCommand(stateMachine, input string) string {
	_, region := place(stateMachine)
	return shell(
		"aws",
		"stepfunctions",
		"start-execution",
		"--region",
		region,
		"--state-machine-arn",
		stateMachine,
		"--input",
		input,
	)
}

// place is where the thing with the ARN is; both are empty if that is no ARN.
func place(arn string) (partition, region string) {
	parts := strings.Split(arn, ":")
	if len(parts) < 6 || parts[0] != "arn" {
		return "", ""
	}
	return parts[1], parts[3]
}
