package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/policies"
)

// NotificationsProps are the props of [NewNotifications].
type NotificationsProps struct {
	// Email is the address that the topic sends to; empty for none.
	Email string
	// Key encrypts the messages; nil for none.
	Key awskms.IKey
}

// Notifications is the topic that says how runs went.
type Notifications struct {
	constructs.Construct
	Topic awssns.Topic
}

// NewNotifications returns a topic that is reached by TLS alone, and that alarms may publish to.
func NewNotifications(scope constructs.Construct, id string, props NotificationsProps) *Notifications {
	n := &Notifications{Construct: constructs.NewConstruct(scope, &id)}
	n.Topic = awssns.NewTopic(n.Construct, jsii.String("Topic"), &awssns.TopicProps{MasterKey: props.Key})
	n.Topic.AddToResourcePolicy(policies.TopicPolicy(n.Topic))
	n.Topic.AddToResourcePolicy(policies.LetAlarmsPublish(n.Topic))
	if props.Email != "" {
		n.Topic.AddSubscription(awssnssubscriptions.NewEmailSubscription(&props.Email, nil))
	}
	return n
}
