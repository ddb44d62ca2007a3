package sns

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// The limits of a message ("Publish", Amazon SNS API Reference).
const (
	maxSubjectCharacters = 100
	maxMessageBytes      = 256 << 10
)

// Message is what a topic sends to its subscribers.
type Message struct {
	TopicArn string
	// Subject is empty if the message has none.
	Subject string
	Message string
}

// published is what a state machine publishes.
type published struct {
	TopicArn string
	Subject  *string
	// Message is a text, or an object, of which AWS Step Functions makes a text of JSON.
	Message json.RawMessage
}

// message checks what is published, and returns it as a message.
func (p published) message() (Message, error) {
	m := Message{TopicArn: p.TopicArn, Message: string(p.Message)}
	if json.Unmarshal(p.Message, &m.Message) != nil && !strings.HasPrefix(m.Message, "{") {
		return Message{}, fmt.Errorf("message: got %s, want a text or an object", p.Message)
	}
	if p.Subject == nil {
		return m, m.checkText()
	}
	m.Subject = *p.Subject
	return m, errors.Join(m.checkSubject(), m.checkText())
}

func (m Message) checkSubject() error {
	if m.Subject == "" || len(m.Subject) > maxSubjectCharacters || m.Subject[0] == ' ' {
		return fmt.Errorf(
			"subject: got %q, want 1 to %d characters, the first no space",
			m.Subject,
			maxSubjectCharacters,
		)
	}
	for _, r := range m.Subject {
		if r < ' ' || r >= '\x7f' {
			return fmt.Errorf("subject: got %q in %q, want ASCII without control characters", r, m.Subject)
		}
	}
	return nil
}

func (m Message) checkText() error {
	if m.Message == "" || len(m.Message) > maxMessageBytes || !utf8.ValidString(m.Message) {
		return fmt.Errorf("message: got %d bytes, want 1 to %d of UTF-8", len(m.Message), maxMessageBytes)
	}
	return nil
}
