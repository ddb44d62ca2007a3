package stacks

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	sfn "github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	tasks "github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctionstasks"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/stacks/hardened"
)

// A message for a chat has the shape that Amazon Q Developer in chat applications shows in Slack and
// Microsoft Teams; any other it drops ("Custom notifications using Amazon Q Developer in chat
// applications", its Administrator Guide). It has no text of an object or of a command, which could
// be markup, or call everybody.
const (
	chatVersion  = "1.0"
	chatSource   = "custom"
	chatTextType = "client-markdown"
)

// thenChat tells the chat as well, if there is one, before the end. A run that could not tell it has
// told the other topic, and ends as it would have.
func thenChat(scope constructs.Construct, id, name string, props WorkflowProps, end sfn.IChainable) sfn.IChainable {
	if props.Chat == nil {
		return end
	}
	run := sfn.JsonPath_StringAt(jsii.String("$$.Execution.Name"))
	execution := sfn.JsonPath_StringAt(jsii.String("$$.Execution.Id"))
	link := props.Console.Host + "/states/home?region=" + *awscdk.Aws_REGION() + "#/v2/executions/details/{}"
	report := "`go run ./batch/operate report {} " + props.Operate + "`"
	task := tasks.NewSnsPublish(scope, &id, &tasks.SnsPublishProps{
		StateName: &name,
		Topic:     props.Chat,
		Message: sfn.TaskInput_FromObject(&map[string]any{
			"version": chatVersion,
			"source":  chatSource,
			"content": map[string]any{
				"textType":    chatTextType,
				"title":       sfn.JsonPath_StringAt(jsii.String("$.subject")),
				"description": sfn.JsonPath_Format(jsii.String("Run {}: "+link), run, execution),
				"nextSteps":   sfn.JsonPath_Array(sfn.JsonPath_Format(&report, run)),
			},
			"metadata": map[string]any{"threadId": run, "relatedResources": sfn.JsonPath_Array(execution)},
		}),
		ResultPath:  sfn.JsonPath_DISCARD(),
		TaskTimeout: sfn.Timeout_Duration(hardened.Seconds(props.NotifyLimit)),
	})
	task.AddRetry(retryOn(snsErrors...))
	task.AddCatch(end, keepErrorAt("$.chat_error"))
	return task.Next(end)
}

// chatTemplate is the template of a rule's message for a chat. Of the event it names what AWS says.
func chatTemplate(message string) string {
	return fmt.Sprintf(`{"version":%q,"source":%q,"content":{"textType":%q,"description":%q}}`,
		chatVersion, chatSource, chatTextType, message)
}
