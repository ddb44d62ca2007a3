package sqs

import (
	"crypto/rand"
	"time"

	"batchjobwithlambda/test/template"
)

const typeQueue = "AWS::SQS::Queue"

// Types are those of Amazon SQS.
var Types = template.Types{
	typeQueue: {
		ARN:       template.ARN("sqs", "%s"),
		Ref:       "https://sqs." + template.Region + "." + template.URLSuffix + "/" + template.Account + "/%s",
		Attribute: "Arn",
	},
	// What it says is read with all policies.
	"AWS::SQS::QueuePolicy": {},
}

// properties are those of a queue.
type properties struct {
	// KmsMasterKeyId is the ARN of the key that encrypts its messages, or empty.
	KmsMasterKeyId    string
	VisibilityTimeout int // In seconds.
	RedrivePolicy     struct {
		DeadLetterTargetArn string `json:"deadLetterTargetArn"`
		MaxReceiveCount     int    `json:"maxReceiveCount"`
	}

	MessageRetentionPeriod, SqsManagedSseEnabled, Tags template.Ignored
}

// queue has messages in no order that anybody may rely on.
type queue struct {
	properties
	// waiting can be received, and inFlight were, by their receipts.
	waiting  []message
	inFlight map[string]message
}

// message is one in a queue.
type message struct {
	id, body string
	receives int
	// back is when a message in flight can be received again.
	back time.Time
}

// mostInFlight is how many messages may be in flight at once ("Amazon SQS standard queue quotas",
// Amazon SQS Developer Guide).
const mostInFlight = 120_000

func (q *queue) send(body string) {
	q.waiting = append(q.waiting, message{id: rand.Text(), body: body})
}

// bring makes those visible again whose time in flight is over.
func (q *queue) bring(now time.Time) {
	for receipt, m := range q.inFlight {
		if !m.back.After(now) {
			delete(q.inFlight, receipt)
			q.waiting = append(q.waiting, m)
		}
	}
}

// receive takes a message that waits into flight. One that was received too often goes to the
// dead-letter queue instead.
func (q *queue) receive(now time.Time, deadLetters *queue) (m message, receipt string, ok bool) {
	for len(q.waiting) > 0 && len(q.inFlight) < mostInFlight {
		m, q.waiting = q.waiting[0], q.waiting[1:]
		if deadLetters != nil && m.receives >= q.RedrivePolicy.MaxReceiveCount {
			deadLetters.waiting = append(deadLetters.waiting, m)
			continue
		}
		m.receives++
		m.back = now.Add(time.Duration(q.VisibilityTimeout) * time.Second)
		receipt = rand.Text()
		q.inFlight[receipt] = m
		return m, receipt, true
	}
	return message{}, "", false
}
