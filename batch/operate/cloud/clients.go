package cloud

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/batch"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"batchjobwithlambda/batch/objects"
)

// attempts is how often a request is tried: with the SDK's growing pauses of up to 20 s that is
// about a minute, in which an account that is asked too often calms down.
const attempts = 8

// clients are the services that are asked.
type clients struct {
	stacks    *cloudformation.Client
	states    *sfn.Client
	jobs      *batch.Client
	logs      *cloudwatchlogs.Client
	files     *objects.Client
	images    *ecr.Client
	queues    *sqs.Client
	quotas    *servicequotas.Client
	keys      *kms.Client
	functions *lambda.Client
	topics    *sns.Client
	alarms    *cloudwatch.Client
	rights    *iam.Client
	buckets   *s3.Client
	ec2       ec2
}

func newClients(ctx context.Context) (clients, error) {
	settings, err := config.LoadDefaultConfig(ctx, config.WithRetryer(func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = attempts })
	}))
	if err != nil {
		return clients{}, fmt.Errorf("configure the AWS SDK: %w", err)
	}
	if settings.Region == "" {
		return clients{}, errors.New(
			"region: got none, want that of the stack: set AWS_REGION, or AWS_PROFILE to a profile that has one")
	}
	files, err := objects.Open(ctx, objects.Options{})
	if err != nil {
		return clients{}, err
	}
	networks, err := newEC2(ctx, settings)
	if err != nil {
		return clients{}, err
	}
	return clients{
		stacks:    cloudformation.NewFromConfig(settings),
		states:    sfn.NewFromConfig(settings),
		jobs:      batch.NewFromConfig(settings),
		logs:      cloudwatchlogs.NewFromConfig(settings),
		files:     files,
		images:    ecr.NewFromConfig(settings),
		queues:    sqs.NewFromConfig(settings),
		quotas:    servicequotas.NewFromConfig(settings),
		keys:      kms.NewFromConfig(settings),
		functions: lambda.NewFromConfig(settings),
		topics:    sns.NewFromConfig(settings),
		alarms:    cloudwatch.NewFromConfig(settings),
		rights:    iam.NewFromConfig(settings),
		buckets:   s3.NewFromConfig(settings),
		ec2:       networks,
	}, nil
}
