package sqs

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/template"
	"batchjobwithlambda/test/wire"
)

// Service has the queues of a stack.
type Service struct {
	gate *iam.Gate
	now  func() time.Time

	mu     sync.Mutex
	queues map[string]*queue // By their ARNs.
}

// New makes the queues of a template. The function says what time it is.
func New(t *template.Template, gate *iam.Gate, now func() time.Time) (*Service, error) {
	all, err := template.ResolveAll[properties](t, typeQueue)
	s := &Service{gate: gate, now: now, queues: map[string]*queue{}}
	for arn, p := range all {
		s.queues[arn] = &queue{properties: p, inFlight: map[string]message{}}
	}
	return s, err
}

// Send sends a message as a role or a service, if it may. The context is what comes with the
// request, and a service that has no role uses the queue's key itself.
func (s *Service) Send(principal, queueARN, body string, context map[string]string) error {
	q, err := s.queue(queueARN)
	if err != nil {
		return err
	}
	requests := []iam.Request{{Principal: principal, Action: "sqs:SendMessage", Resource: queueARN, Context: context}}
	if key := q.KmsMasterKeyId; key != "" {
		requests = append(requests,
			iam.UseKey(principal, "sqs", key, "GenerateDataKey"),
			iam.UseKey(principal, "sqs", key, "Decrypt"))
	}
	if err := s.gate.Check(requests...); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	q.send(body)
	return nil
}

// Bodies are those of all messages in the queue, in flight or not, sorted.
func (s *Service) Bodies(queueARN string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var bodies []string
	if q := s.queues[queueARN]; q != nil {
		for _, m := range slices.Concat(q.waiting, slices.Collect(maps.Values(q.inFlight))) {
			bodies = append(bodies, m.body)
		}
	}
	slices.Sort(bodies)
	return bodies
}

// ARNs are those of all queues, sorted.
func (s *Service) ARNs() []string { return slices.Sorted(maps.Keys(s.queues)) }

// Has reports whether there is such a queue.
func (s *Service) Has(arn string) bool { return s.queues[arn] != nil }

func (s *Service) queue(arn string) (*queue, error) {
	if q := s.queues[arn]; q != nil {
		return q, nil
	}
	return nil, fmt.Errorf("queue %s does not exist", arn)
}

// Serve answers the requests to Amazon SQS, and leaves all others to the next handler. The
// function says who is calling.
func (s *Service) Serve(next http.Handler, caller func(*http.Request) iam.Caller) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Amz-Target") == "" {
			next.ServeHTTP(w, r)
			return
		}
		call, err := wire.ReadCall(r)
		if err != nil || call == nil || call.Service != "sqs" {
			http.Error(w, fmt.Sprintf("%s is not supported by the local run: %v", r.Header.Get("X-Amz-Target"), err),
				http.StatusNotImplemented)
			return
		}
		output, err := s.do(*call, caller(r))
		if denied, ok := errors.AsType[*iam.Denied](err); ok {
			err = wire.Refusal{Code: "AccessDeniedException", Message: denied.Error()}
		}
		wire.Answer(w, call.Protocol, call.Operation, output, err)
	})
}

func (s *Service) do(call wire.Call, caller iam.Caller) (any, error) {
	url, _ := call.Request["QueueUrl"].(string)
	arn := template.ARN("sqs", path.Base(url))
	q, err := s.queue(arn)
	if err != nil {
		return nil, wire.Refusal{Code: "QueueDoesNotExist", Message: err.Error()}
	}
	switch call.Operation {
	case "ReceiveMessage":
		requests := []iam.Request{caller.Call("sqs", "sqs:ReceiveMessage", arn)}
		if key := q.KmsMasterKeyId; key != "" {
			requests = append(requests, iam.UseKey(caller.Role, "sqs", key, "Decrypt"))
		}
		if err := s.gate.Check(requests...); err != nil {
			return nil, err
		}
		most, _ := call.Request["MaxNumberOfMessages"].(float64)
		return s.receive(q, int(most)), nil
	case "GetQueueAttributes":
		if err := s.gate.Check(caller.Call("sqs", "sqs:GetQueueAttributes", arn)); err != nil {
			return nil, err
		}
		return s.count(q), nil
	case "DeleteMessageBatch":
		if err := s.gate.Check(caller.Call("sqs", "sqs:DeleteMessage", arn)); err != nil {
			return nil, err
		}
		entries, _ := call.Request["Entries"].([]any)
		return s.remove(q, entries), nil
	}
	return nil, fmt.Errorf("%s is not supported by the local run", call.Operation)
}

func (s *Service) count(q *queue) sqs.GetQueueAttributesOutput {
	s.mu.Lock()
	defer s.mu.Unlock()
	q.bring(s.now())
	const name = types.QueueAttributeNameApproximateNumberOfMessages
	return sqs.GetQueueAttributesOutput{Attributes: map[string]string{string(name): strconv.Itoa(len(q.waiting))}}
}

// receive does not wait for messages: whoever sends them has sent them before.
func (s *Service) receive(q *queue, most int) sqs.ReceiveMessageOutput {
	s.mu.Lock()
	defer s.mu.Unlock()
	q.bring(s.now())
	var output sqs.ReceiveMessageOutput
	for len(output.Messages) < max(most, 1) {
		m, receipt, ok := q.receive(s.now(), s.queues[q.RedrivePolicy.DeadLetterTargetArn])
		if !ok {
			break
		}
		output.Messages = append(output.Messages, types.Message{
			MessageId: &m.id, Body: &m.body, ReceiptHandle: aws.String(receipt),
		})
	}
	return output
}

// remove deletes the messages with the receipts. One that was received again since has another.
func (s *Service) remove(q *queue, entries []any) sqs.DeleteMessageBatchOutput {
	s.mu.Lock()
	defer s.mu.Unlock()
	var output sqs.DeleteMessageBatchOutput
	for _, entry := range entries {
		fields, _ := entry.(map[string]any)
		receipt, _ := fields["ReceiptHandle"].(string)
		delete(q.inFlight, receipt)
		output.Successful = append(output.Successful, types.DeleteMessageBatchResultEntry{
			Id: aws.String(fmt.Sprint(fields["Id"])),
		})
	}
	return output
}
