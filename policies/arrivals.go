package policies

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
)

// readArrivals allows to learn which objects have arrived, and to delete the messages that say so.
func readArrivals(queue awssqs.IQueue) []awsiam.PolicyStatement {
	return append([]awsiam.PolicyStatement{
		allow("ReadArrivals", readQueue, []string{*queue.QueueArn()}),
	}, useQueueKey(queue, readData)...)
}

var readQueue = []string{"sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:DeleteMessage"}

// ArrivalsEndpointPolicy lets this account's principals read queues through an endpoint of Amazon
// SQS. Which of them may, and which queues, is for their own policies to say.
func ArrivalsEndpointPolicy() awsiam.PolicyStatement {
	return throughEndpoint("ReachService", readQueue, anyResource, ownAccount())
}
