package account

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/statemachine"
)

// The limits of a message ("Publish", Amazon SNS API Reference).
const (
	maxSubjectCharacters = 100
	maxMessageBytes      = 256 << 10
)

// Message is what a topic sends to its subscribers.
type Message struct {
	TopicArn string
	Subject  string
	Message  string
}

func (a *Account) publish(parameters json.RawMessage) (json.RawMessage, error) {
	var message Message
	if err := parse(parameters, &message); err != nil {
		return nil, err
	}
	if err := a.check(
		iam.Request{Principal: a.machineRole, Action: "sns:Publish", Resource: message.TopicArn},
	); err != nil {
		return nil, &statemachine.TaskError{Name: "SNS.AuthorizationErrorException", Cause: err.Error()}
	}
	topic, ok := a.topics[message.TopicArn]
	if !ok {
		return nil, &statemachine.TaskError{Name: "SNS.NotFoundException", Cause: "Topic does not exist: " + message.TopicArn}
	}
	if err := message.check(); err != nil {
		return nil, &statemachine.TaskError{Name: "SNS.InvalidParameterException", Cause: "Invalid parameter: " + err.Error()}
	}
	if key := topic.KmsMasterKeyId; key != "" {
		if err := a.checkAll(
			useKey(a.machineRole, "sns", key, "GenerateDataKey"),
			useKey(a.machineRole, "sns", key, "Decrypt"),
		); err != nil {
			return nil, &statemachine.TaskError{Name: "SNS.KmsAccessDeniedException", Cause: err.Error()}
		}
	}
	a.options.Observe(message)
	return json.Marshal(map[string]string{"MessageId": rand.Text()})
}

func (m Message) check() error {
	if m.Subject == "" || len(m.Subject) > maxSubjectCharacters || m.Subject[0] == ' ' {
		return fmt.Errorf(
			"subject %q has %d characters: allowed are 1 to %d, the first no space",
			m.Subject,
			len(m.Subject),
			maxSubjectCharacters,
		)
	}
	for _, r := range m.Subject {
		if r < ' ' || r >= '\x7f' {
			return fmt.Errorf("subject %q holds %q: allowed is ASCII without control characters", m.Subject, r)
		}
	}
	if m.Message == "" || len(m.Message) > maxMessageBytes || !utf8.ValidString(m.Message) {
		return fmt.Errorf("message has %d bytes: allowed are 1 to %d of UTF-8", len(m.Message), maxMessageBytes)
	}
	return nil
}
