package batch

import (
	"fmt"
	"io"
	"regexp"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/logs"
	"batchjobwithlambda/test/template"
)

// image is the name of an image in Amazon ECR.
var image = regexp.MustCompile(`^(\d+)\.dkr\.ecr\.([a-z0-9-]+)\.[a-z.]+/([^:@]+)[:@]`)

// container makes the requests that Amazon ECS makes to start a job's container, so that a
// permission that is missing there shows here in the same way.
type container struct {
	gate *iam.Gate
	logs logs.Service
	// role is the ARN of the job's role.
	role string
	// execution starts the container.
	execution         iam.Caller
	repository, group string
	secrets           []secret
}

func newContainer(properties Container, options Options) (container, error) {
	found := image.FindStringSubmatch(properties.Image)
	group, driver := properties.LogConfiguration.Options["awslogs-group"], properties.LogConfiguration.LogDriver
	if found == nil || driver != "awslogs" || group == "" {
		return container{}, fmt.Errorf(
			"got image %q and log driver %q: the local run supports an image in Amazon ECR, and awslogs with a group",
			properties.Image,
			driver,
		)
	}
	for _, required := range properties.ResourceRequirements {
		if required.Type == "GPU" {
			return container{}, fmt.Errorf("got %s GPUs for a job: the local run has none to give", required.Value)
		}
	}
	for _, s := range properties.Secrets {
		if err := s.check(); err != nil {
			return container{}, err
		}
	}
	return container{
		secrets:    properties.Secrets,
		gate:       options.Gate,
		logs:       options.Logs,
		role:       properties.JobRoleArn,
		execution:  iam.Caller{Role: properties.ExecutionRoleArn, InNetwork: true},
		group:      group,
		repository: fmt.Sprintf("arn:%s:ecr:%s:%s:repository/%s", template.Partition, found[2], found[1], found[3]),
	}, nil
}

// start takes the roles, pulls the image and opens the log, as far as that needs a
// permission. The words are those of Amazon ECS ("Stopped tasks error messages", Amazon
// ECS Developer Guide).
func (c container) start() *NoStart {
	task := map[string]string{"aws:SourceAccount": template.Account, "aws:SourceArn": template.ARN("ecs", "task/local/task")}
	for _, taking := range []iam.Request{
		iam.AssumeRole("ecs-tasks", c.execution.Role, nil),
		iam.AssumeRole("ecs-tasks", c.role, task),
	} {
		if c.gate.Check(taking) != nil {
			return &NoStart{StatusReason: fmt.Sprintf(
				"ECS was unable to assume the role '%s' that was provided for this task.",
				taking.Resource,
			)}
		}
	}
	if err := c.gate.Check(c.execution.Call("ecr.api", "ecr:GetAuthorizationToken", "*")); err != nil {
		return notInitialized(
			"unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth",
			err,
		)
	}
	for _, s := range c.secrets {
		if err := c.gate.Check(s.read(c.execution)); err != nil {
			return notInitialized("unable to pull secrets or registry auth: execution resource retrieval failed", err)
		}
	}
	if err := c.gate.Check(
		c.execution.Call("ecr.dkr", "ecr:BatchGetImage", c.repository),
		c.execution.Call("ecr.dkr", "ecr:BatchCheckLayerAvailability", c.repository),
		c.execution.Call("ecr.dkr", "ecr:GetDownloadUrlForLayer", c.repository),
	); err != nil {
		return CannotPull(err)
	}
	if err := c.gate.Check(logs.Call(c.execution, "CreateLogStream", c.group)); err != nil {
		return notInitialized(
			"failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream",
			err,
		)
	}
	return nil
}

// log opens the log of the job with the index.
func (c container) log(index int) (io.WriteCloser, error) {
	return c.logs.Open(fmt.Sprintf("job-%d", index), logs.Call(c.execution, "PutLogEvents", c.group))
}

func notInitialized(what string, cause error) *NoStart {
	return &NoStart{
		StatusReason: "ResourceInitializationError: " + what + ": AccessDeniedException: " + cause.Error(),
	}
}
