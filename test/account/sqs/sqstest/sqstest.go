// Package sqstest has a queue of Amazon SQS for tests of what reads it.
package sqstest

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/sqs"
	"batchjobwithlambda/test/template"
)

// Queue is a queue that everybody may use.
type Queue struct {
	*sqs.Service
	ARN, URL string
}

// New returns a queue that hides a message for so long that was received. The function says what
// time it is.
func New(hidden time.Duration, now func() time.Time) (*Queue, error) {
	parsed, err := template.Parse("Stack-dev", []byte(fmt.Sprintf(`{"Resources": {
		"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": %d}}}}`, int(hidden.Seconds()))), sqs.Types)
	if err != nil {
		return nil, err
	}
	resource, err := parsed.Only("AWS::SQS::Queue")
	if err != nil {
		return nil, err
	}
	q := &Queue{}
	if q.ARN, err = parsed.ARN(resource); err != nil {
		return nil, err
	}
	q.URL = "https://sqs/" + q.ARN[strings.LastIndex(q.ARN, ":")+1:]
	policy, err := iam.OfAnother(q.ARN, `{"Version": "2012-10-17", "Statement": [
		{"Sid": "Any", "Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "`+q.ARN+`"}]}`)
	if err != nil {
		return nil, err
	}
	gate := &iam.Gate{Policies: iam.Policies{policy}, Observe: func(iam.Access) {}}
	q.Service, err = sqs.New(parsed, gate, now)
	return q, err
}

// Tell sends a message.
func (q *Queue) Tell(body string) error { return q.Send("events.amazonaws.com", q.ARN, body, nil) }

// Left are the messages that nobody has deleted, sorted.
func (q *Queue) Left() []string { return q.Bodies(q.ARN) }

// ServeBefore answers the requests to the queue, and leaves others to the next handler.
func (q *Queue) ServeBefore(next http.Handler) http.Handler {
	return q.Serve(next, func(*http.Request) iam.Caller { return iam.Caller{Role: "anybody"} })
}
