package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
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
	// Chat adds a topic for a chat.
	Chat bool
	// Key encrypts the messages; nil for none.
	Key awskms.IKey
}

// Notifications is the topic that says how runs went.
type Notifications struct {
	constructs.Construct
	Topic awssns.Topic
	// Chat says the same in the shape of a chat's messages; nil if there is none.
	Chat awssns.Topic
}

// NewNotifications returns a topic that is reached by TLS alone, and that alarms may publish to.
func NewNotifications(scope constructs.Construct, id string, props NotificationsProps) *Notifications {
	n := &Notifications{Construct: constructs.NewConstruct(scope, &id)}
	n.Topic = n.newTopic("Topic", props.Key)
	n.Topic.AddToResourcePolicy(policies.LetAlarmsPublish(n.Topic))
	if props.Email != "" {
		n.Topic.AddSubscription(awssnssubscriptions.NewEmailSubscription(&props.Email, nil))
	}
	if props.Chat {
		n.Chat = n.newTopic("Chat", props.Key)
		awscdk.NewCfnOutput(n.Construct, jsii.String("ChatTopic"), &awscdk.CfnOutputProps{
			Description: jsii.String("Is the topic to choose for a channel in Amazon Q Developer in chat applications"),
			Value:       n.Chat.TopicArn(),
		}).OverrideLogicalId(jsii.String("ChatTopic"))
	}
	return n
}

func (n *Notifications) newTopic(id string, key awskms.IKey) awssns.Topic {
	topic := awssns.NewTopic(n.Construct, &id, &awssns.TopicProps{MasterKey: key})
	topic.AddToResourcePolicy(policies.TopicPolicy(topic))
	return topic
}
