package sns

import (
	"context"
	"crypto/rand"
	"encoding/json"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/template"
)

const typeTopic = "AWS::SNS::Topic"

// Types are those of Amazon SNS.
var Types = template.Types{
	typeTopic: {ARN: template.ARN("sns", "%s"), Ref: template.ARN("sns", "%s"), Attribute: "TopicArn"},
	// Messages are handed to the account, so nobody subscribes.
	"AWS::SNS::Subscription": {},
	"AWS::SNS::TopicPolicy":  {},
}

// topic is the properties of a topic.
type topic struct {
	// KmsMasterKeyId is the ARN of the key that encrypts its messages, or empty.
	KmsMasterKeyId string

	DisplayName, Tags template.Ignored
}

// Service has the topics of a stack.
type Service struct {
	gate    *iam.Gate
	publish func(Message)
	topics  map[string]topic // By their ARNs.
}

// New makes the topics of a template. Each message that a topic accepts is given to publish.
func New(t *template.Template, gate *iam.Gate, publish func(Message)) (*Service, error) {
	topics, err := template.ResolveAll[topic](t, typeTopic)
	return &Service{gate: gate, publish: publish, topics: topics}, err
}

// Integrations are what a state machine can ask of the service.
func (s *Service) Integrations() statemachine.Integrations {
	return statemachine.Integrations{
		"sns:publish": {Parameters: []string{"Message", "Subject", "TopicArn"}, Do: s.take},
	}
}

func (s *Service) take(_ context.Context, role string, parameters json.RawMessage) (json.RawMessage, error) {
	var asked published
	if err := statemachine.DecodeParameters(parameters, &asked); err != nil {
		return nil, err
	}
	request := iam.Request{Principal: role, Action: "sns:Publish", Resource: asked.TopicArn}
	if err := s.gate.Check(request); err != nil {
		return nil, &statemachine.TaskError{Name: "SNS.AuthorizationErrorException", Cause: err.Error()}
	}
	topic, ok := s.topics[asked.TopicArn]
	if !ok {
		cause := "Topic does not exist: " + asked.TopicArn
		return nil, &statemachine.TaskError{Name: "SNS.NotFoundException", Cause: cause}
	}
	message, err := asked.message()
	if err != nil {
		cause := "Invalid parameter: " + err.Error()
		return nil, &statemachine.TaskError{Name: "SNS.InvalidParameterException", Cause: cause}
	}
	if key := topic.KmsMasterKeyId; key != "" {
		if err := s.gate.Check(
			iam.UseKey(role, "sns", key, "GenerateDataKey"),
			iam.UseKey(role, "sns", key, "Decrypt"),
		); err != nil {
			return nil, &statemachine.TaskError{Name: "SNS.KmsAccessDeniedException", Cause: err.Error()}
		}
	}
	s.publish(message)
	return json.Marshal(map[string]string{"MessageId": rand.Text()})
}
