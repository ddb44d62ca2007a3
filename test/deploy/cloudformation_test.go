package deploy

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"sync"
)

const stackID = "arn:aws:cloudformation:eu-north-1:111122223333:stack/BatchJobWithLambda-dev/1"

// cloudFormation has one stack, whose first creation fails.
type cloudFormation struct {
	mu        sync.Mutex
	status    string // None if the stack is not there.
	protected bool
	executed  int
}

// serve answers a request of the CDK CLI; a false says that it is none of CloudFormation's.
func (c *cloudFormation) serve(w http.ResponseWriter, body string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	form, err := url.ParseQuery(body)
	if err != nil {
		return false
	}
	action := form.Get("Action")
	answer := ""
	switch action {
	case "DescribeStacks":
		status := c.status
		if form.Get("StackName") == stackID { // A stack that was deleted is still found by its id.
			status = cmp.Or(status, "DELETE_COMPLETE")
		}
		if status == "" {
			refuse(w, "Stack with id BatchJobWithLambda-dev does not exist")
			return true
		}
		answer = fmt.Sprintf(`<Stacks><member><StackName>BatchJobWithLambda-dev</StackName><StackId>%s</StackId>`+
			`<StackStatus>%s</StackStatus><CreationTime>2026-11-25T00:00:00Z</CreationTime>`+
			`<EnableTerminationProtection>%t</EnableTerminationProtection></member></Stacks>`, stackID, status, c.protected)
	case "DeleteStack":
		if c.protected {
			refuse(w, "Stack [BatchJobWithLambda-dev] cannot be deleted while TerminationProtection is enabled")
			return true
		}
		c.status = ""
	case "CreateChangeSet":
		c.status = cmp.Or(c.status, "REVIEW_IN_PROGRESS")
		answer = `<Id>arn:aws:cloudformation:eu-north-1:111122223333:changeSet/1/1</Id><StackId>` + stackID + `</StackId>`
	case "DescribeChangeSet":
		answer = `<Status>CREATE_COMPLETE</Status><ChangeSetName>1</ChangeSetName><StackId>` + stackID + `</StackId><Changes><member>` +
			`<Type>Resource</Type><ResourceChange><Action>Add</Action><LogicalResourceId>X</LogicalResourceId>` +
			`<ResourceType>AWS::S3::Bucket</ResourceType></ResourceChange></member></Changes>`
	case "UpdateTerminationProtection":
		c.protected = form.Get("EnableTerminationProtection") == "true"
	case "ExecuteChangeSet":
		c.executed++
		c.status = "CREATE_COMPLETE"
		if c.executed == 1 {
			c.status = "ROLLBACK_COMPLETE"
		}
	case "DescribeStackEvents":
		answer = `<StackEvents></StackEvents>`
	case "GetTemplate":
		answer = `<TemplateBody>{}</TemplateBody>`
	default:
		return false
	}
	fmt.Fprintf(w, `<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>`, action, answer)
	return true
}

func refuse(w http.ResponseWriter, message string) {
	w.WriteHeader(http.StatusBadRequest)
	fmt.Fprintf(w, `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>%s</Message></Error></ErrorResponse>`,
		message)
}
