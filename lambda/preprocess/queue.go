package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"golang.org/x/sync/errgroup"

	"batchjobwithlambda/batch/contract"
)

const (
	// mostMessages is how many messages a run takes: SQS hands out up to 120,000 that nobody has
	// deleted yet ("Amazon SQS standard queue quotas", Amazon SQS Developer Guide). What is left is
	// the next run's.
	mostMessages = 100_000
	// batchOfMessages is how many SQS hands out, or deletes, at once.
	batchOfMessages = 10
	// queueCalls is how many calls are under way at once.
	queueCalls = 32
	// callLimit is how long to try a call that may be left out.
	callLimit = 10 * time.Second
)

// queue has a message for each object that was created.
type queue struct {
	sqs *sqs.Client
	url string
	// most is how many messages a run takes.
	most int
}

// openQueue returns the queue that the settings name, or nil if they name none.
func openQueue(ctx context.Context, settings contract.PlanSettings) (*queue, error) {
	if settings.Arrivals == "" {
		return nil, nil //nolint:nilnil // Without a queue nobody asks it.
	}
	loaded, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("configure the AWS SDK: %w", err)
	}
	return &queue{sqs.NewFromConfig(loaded), settings.Arrivals, mostMessages}, nil
}

// told is what the messages tell of: the keys of objects, and what deletes the messages.
type told struct {
	keys     map[string]struct{}
	receipts []string
}

// waits reports whether a message may be waiting.
func (q *queue) waits(ctx context.Context) (bool, error) {
	const name = types.QueueAttributeNameApproximateNumberOfMessages
	answer, err := q.sqs.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl:       &q.url,
		AttributeNames: []types.QueueAttributeName{name},
	})
	if err != nil {
		return false, fmt.Errorf("count arrivals: %w", err)
	}
	return answer.Attributes[string(name)] != "0", nil
}

// drain receives the messages that wait, up to the most, for half of the time that there is.
// They stay in the queue, hidden from others for as long as the function may take.
func (q *queue) drain(ctx context.Context) (told, error) {
	receiving := ctx
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		receiving, cancel = context.WithDeadline(ctx, time.Now().Add(time.Until(deadline)/2))
		defer cancel()
	}
	all := told{keys: map[string]struct{}{}}
	var mu sync.Mutex
	var firstErr error
	var calls sync.WaitGroup
	for range queueCalls {
		calls.Go(func() {
			for {
				messages, err := q.receive(receiving)
				mu.Lock()
				if err != nil && receiving.Err() == nil && firstErr == nil {
					firstErr = err
				}
				all.add(messages)
				enough := err != nil || len(messages) == 0 || firstErr != nil ||
					len(all.receipts)+queueCalls*batchOfMessages > q.most
				mu.Unlock()
				if enough {
					return
				}
			}
		})
	}
	calls.Wait()
	if firstErr != nil {
		return told{}, fmt.Errorf("receive arrivals: %w", firstErr)
	}
	return all, ctx.Err()
}

func (q *queue) receive(ctx context.Context) ([]types.Message, error) {
	answer, err := q.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl:            &q.url,
		MaxNumberOfMessages: batchOfMessages,
		// Long polling asks all of SQS's servers, short polling only some.
		WaitTimeSeconds: 1,
	})
	if err != nil {
		return nil, err
	}
	return answer.Messages, nil
}

// add notes what the messages tell. One that cannot be read is left where it is: it comes again
// until it goes to the dead-letter queue.
func (t *told) add(messages []types.Message) {
	for _, message := range messages {
		var object struct{ Key string }
		if err := json.Unmarshal([]byte(aws.ToString(message.Body)), &object); err != nil ||
			contract.CheckKey(object.Key) != nil {
			continue
		}
		t.keys[object.Key] = struct{}{}
		t.receipts = append(t.receipts, aws.ToString(message.ReceiptHandle))
	}
}

// remove deletes messages. Of one that is not deleted the next run is told again, and skips what
// is done, so an error changes nothing.
func (q *queue) remove(ctx context.Context, receipts []string) {
	var calls errgroup.Group
	calls.SetLimit(queueCalls)
	for batch := range slices.Chunk(receipts, batchOfMessages) {
		calls.Go(func() error {
			q.removeBatch(ctx, batch)
			return nil
		})
	}
	_ = calls.Wait()
}

func (q *queue) removeBatch(ctx context.Context, receipts []string) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	entries := make([]types.DeleteMessageBatchRequestEntry, len(receipts))
	for i := range receipts {
		entries[i] = types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: &receipts[i]}
	}
	_, _ = q.sqs.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &q.url, Entries: entries})
}
