package sns

import (
	"fmt"
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
	Subject  string
	Message  string
}

func (m Message) check() error {
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
	if m.Message == "" || len(m.Message) > maxMessageBytes || !utf8.ValidString(m.Message) {
		return fmt.Errorf("message: got %d bytes, want 1 to %d of UTF-8", len(m.Message), maxMessageBytes)
	}
	return nil
}
