package account

import (
	"fmt"

	"batchjobwithlambda/test/account/events"
	"batchjobwithlambda/test/template"
)

// Arrived has S3 say of an object that it was written, to whom the template's rules send it.
func (p *Pipeline) Arrived(key string) error {
	object, ok := p.account.Store.Get(p.Input.Bucket, key)
	if !ok {
		return fmt.Errorf("there is no object %s in %s", key, p.Input.Bucket)
	}
	return p.account.deliver(events.Created(p.Input.Bucket, key, object.ETag, object.Size))
}

// deliver sends an event to the queues that are targets of the rules that match it, and what a
// queue does not take to its dead-letter queue. Other targets are for test/faults.
func (a *Account) deliver(event events.Event) error {
	for _, rule := range a.rules {
		if !rule.Matches(event) {
			continue
		}
		source := map[string]string{"aws:SourceArn": rule.ARN, "aws:SourceAccount": template.Account}
		for _, target := range rule.Targets {
			if !a.queues.Has(target.ARN) {
				continue
			}
			const service = "events.amazonaws.com"
			if err := a.queues.Send(service, target.ARN, target.Input(event), source); err != nil {
				if err := a.queues.Send(service, target.DeadLetterConfig.ARN, target.Input(event), source); err != nil {
					return fmt.Errorf("an event is lost: %w", err)
				}
			}
		}
	}
	return nil
}
