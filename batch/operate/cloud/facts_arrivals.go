package cloud

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// askEvents asks whether the input's bucket sends its events, if the pipeline is to learn from them
// what has arrived.
func (q *inquiry) askEvents(ctx context.Context) error {
	bucket := q.plan.Input.Bucket
	if q.plan.Arrivals == "" {
		return nil
	}
	answer, err := q.buckets.GetBucketNotificationConfiguration(ctx,
		&s3.GetBucketNotificationConfigurationInput{Bucket: &bucket}, q.at(bucket))
	if err == nil && answer.EventBridgeConfiguration == nil {
		q.facts.Silent = bucket
	}
	return err
}
