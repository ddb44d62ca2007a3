package main

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/batch"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// clients are the services that are asked.
type clients struct {
	stacks *cloudformation.Client
	states *sfn.Client
	jobs   *batch.Client
	files  *s3.Client
	events *eventbridge.Client
	queues *sqs.Client
}

func newClients(config aws.Config) clients {
	return clients{
		stacks: cloudformation.NewFromConfig(config),
		states: sfn.NewFromConfig(config),
		jobs:   batch.NewFromConfig(config),
		files: s3.NewFromConfig(config, func(o *s3.Options) {
			o.UsePathStyle = config.BaseEndpoint != nil // A bucket is no host of another server.
		}),
		events: eventbridge.NewFromConfig(config),
		queues: sqs.NewFromConfig(config),
	}
}
