package people

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
)

// consoleDomains are the domains of the console of AWS by partition ("Partitions", AWS
// Fault Isolation Boundaries; "Endpoints", docs.aws.eu). The console's host is regional:
// "REGION.DOMAIN". Of other partitions no domain is known, such as aws-iso.
var consoleDomains = map[string]string{
	"aws":        "console.aws.amazon.com",
	"aws-cn":     "console.amazonaws.cn",
	"aws-eusc":   "console.amazonaws-eusc.eu",
	"aws-us-gov": "console.amazonaws-us-gov.com",
}

// ConsoleDomains returns the domains of the console by partition. A partition of which
// no domain is known is not among them.
func ConsoleDomains() map[string]string { return maps.Clone(consoleDomains) }

// ExecutionLink is the page of an execution in the console, or "" if no page is known.
func ExecutionLink(executionARN string) string {
	partition, region := place(executionARN)
	domain, ok := consoleDomains[partition]
	if !ok {
		return ""
	}
	return fmt.Sprintf(
		"https://%s.%s/states/home?region=%s#/v2/executions/details/%s",
		region, domain, region, url.PathEscape(executionARN),
	)
}

// StartCommand is what starts an execution of the state machine, as a person would type
// it into a shell.
func StartCommand(stateMachineARN, input string) string {
	_, region := place(stateMachineARN)
	return Shell(
		"aws", "stepfunctions", "start-execution",
		"--region", region,
		"--state-machine-arn", stateMachineARN,
		"--input", input,
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
