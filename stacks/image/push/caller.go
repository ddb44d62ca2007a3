package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
)

// caller is who the environment's credentials are of. It asks AWS when it is first needed.
type caller struct {
	config   aws.Config
	identity arn.ARN
}

// privateRegistry is the host of a private registry of Amazon ECR: only such a host is sent a
// token ("Amazon ECR private registry", ECR user guide).
var privateRegistry = regexp.MustCompile(
	`^\d{12}\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|on\.aws)$`)

func (c *caller) load(ctx context.Context) error {
	if c.identity.AccountID != "" {
		return nil
	}
	loaded, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	if loaded.Region == "" {
		return errors.New("region: got none, want one: set AWS_REGION, or a region in the profile")
	}
	identity, err := sts.NewFromConfig(loaded).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return err
	}
	who, err := arn.Parse(aws.ToString(identity.Arn))
	if err != nil {
		return err
	}
	c.config, c.identity = loaded, who
	return nil
}

// open returns the repository of a destination, for whom the destination says may push.
func (c *caller) open(ctx context.Context, to destination) (repository, error) {
	if err := c.load(ctx); err != nil {
		return repository{}, err
	}
	settings := c.config.Copy()
	if to.Region != "" {
		settings.Region = to.Region
	}
	placeholders := strings.NewReplacer(
		"${AWS::AccountId}", c.identity.AccountID,
		"${AWS::Partition}", c.identity.Partition,
		"${AWS::Region}", settings.Region,
	)
	if to.AssumeRoleARN != "" {
		settings.Credentials = assume(settings, placeholders.Replace(to.AssumeRoleARN), to.AssumeRoleExternalID)
	}
	registry, auth, err := authorize(ctx, settings)
	if err != nil {
		return repository{}, err
	}
	opened, err := name.NewRepository(registry + "/" + placeholders.Replace(to.RepositoryName))
	return repository{Repository: opened, auth: auth}, err
}

func assume(settings aws.Config, role, externalID string) aws.CredentialsProvider {
	return aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(
		sts.NewFromConfig(settings),
		role,
		func(options *stscreds.AssumeRoleOptions) {
			options.RoleSessionName = "push-image"
			if externalID != "" {
				options.ExternalID = &externalID
			}
		},
	))
}

// authorize returns the private registry of an account and region, and what it lets in.
func authorize(ctx context.Context, settings aws.Config) (registry string, _ authn.Authenticator, err error) {
	answer, err := ecr.NewFromConfig(settings).GetAuthorizationToken(ctx, &ecr.GetAuthorizationTokenInput{})
	if err != nil {
		return "", nil, err
	}
	if len(answer.AuthorizationData) != 1 {
		return "", nil, fmt.Errorf("ECR: got %d tokens, want 1", len(answer.AuthorizationData))
	}
	token := answer.AuthorizationData[0]
	_, registry, _ = strings.Cut(aws.ToString(token.ProxyEndpoint), "://")
	return registry, authn.FromConfig(authn.AuthConfig{Auth: aws.ToString(token.AuthorizationToken)}), nil
}

// Resolve is [caller.ResolveContext] for whom has no context.
func (c *caller) Resolve(target authn.Resource) (authn.Authenticator, error) {
	return c.ResolveContext(context.Background(), target)
}

// ResolveContext returns what lets the caller pull a base image: a token of ECR for a private
// registry there, else what Docker's own settings say, or nothing.
func (c *caller) ResolveContext(ctx context.Context, target authn.Resource) (authn.Authenticator, error) {
	found := privateRegistry.FindStringSubmatch(target.RegistryStr())
	if found == nil {
		return authn.Resolve(ctx, authn.DefaultKeychain, target)
	}
	if err := c.load(ctx); err != nil {
		return nil, err
	}
	settings := c.config.Copy()
	settings.Region = found[1]
	_, auth, err := authorize(ctx, settings)
	return auth, err
}
