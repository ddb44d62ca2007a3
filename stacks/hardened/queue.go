package hardened

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// queueDays is how long a queue keeps a message: as long as SQS allows.
const queueDays = 14

// QueueProps are the props of [NewQueue].
type QueueProps struct {
	// Key encrypts the messages; nil for SQS's own key.
	Key awskms.IKey
	// Hidden is for how long a message that was received is hidden from others; 0 for SQS's half minute.
	Hidden time.Duration
	// DeadLetters gets what was received MostReceives times and not deleted; nil for nothing.
	DeadLetters  awssqs.IQueue
	MostReceives int
}

// NewQueue returns an encrypted queue that keeps messages as long as SQS allows.
func NewQueue(scope constructs.Construct, id string, props QueueProps) awssqs.Queue {
	encryption := awssqs.QueueEncryption_SQS_MANAGED
	if props.Key != nil {
		encryption = awssqs.QueueEncryption_KMS
	}
	queue := &awssqs.QueueProps{
		Encryption:          encryption,
		EncryptionMasterKey: props.Key,
		RetentionPeriod:     awscdk.Duration_Days(jsii.Number(queueDays)),
		RemovalPolicy:       awscdk.RemovalPolicy_DESTROY,
	}
	if props.Hidden > 0 {
		queue.VisibilityTimeout = Seconds(props.Hidden)
	}
	if props.DeadLetters != nil {
		queue.DeadLetterQueue = &awssqs.DeadLetterQueue{
			Queue:           props.DeadLetters,
			MaxReceiveCount: jsii.Number(float64(props.MostReceives)),
		}
	}
	return awssqs.NewQueue(scope, &id, queue)
}
