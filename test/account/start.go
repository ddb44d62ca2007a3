package account

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"batchjobwithlambda/test/account/batch"
	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/template"
)

// What follows is what AWS does in a role's name before and around a program, so that a
// permission that is missing there shows here as it does there.

// checkTrust returns an error if a service could not take a role that it checks when
// the stack is deployed.
func (a *Account) checkTrust() error {
	execution := map[string]string{"aws:SourceAccount": template.Account, "aws:SourceArn": a.machineARN}
	if err := a.check(takeRole("states", a.machineRole, execution)); err != nil {
		return fmt.Errorf("AWS Step Functions cannot take the state machine's role: %w", err)
	}
	for _, c := range a.callers {
		if c.function == "" {
			continue
		}
		if err := a.check(takeRole("lambda", c.role, nil)); err != nil {
			return fmt.Errorf("AWS Lambda cannot take the role of %s: %w", c.function, err)
		}
	}
	return nil
}

// functionLog opens the log of a function. AWS Lambda writes it in the function's name,
// from outside of its network; what it may not write is lost, and the function runs.
func (a *Account) functionLog(name, role, group string) (io.WriteCloser, error) {
	stream := logStream(group)
	err := a.checkAll(
		iam.Request{Principal: role, Action: "logs:CreateLogStream", Resource: stream},
		iam.Request{Principal: role, Action: "logs:PutLogEvents", Resource: stream},
	)
	return a.log(name, err == nil)
}

func (a *Account) log(name string, written bool) (io.WriteCloser, error) {
	path := filepath.Join(a.options.Logs, name+".log")
	if !written {
		path = os.DevNull
	}
	return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
}

// image is the name of an image in Amazon ECR.
var image = regexp.MustCompile(`^(\d+)\.dkr\.ecr\.([a-z0-9-]+)\.[a-z.]+/([^:@]+)[:@]`)

// container is what AWS Fargate has to do for a job's container.
type container struct {
	account *Account
	// role is the job's, executionRole the one that starts it.
	role, executionRole string
	repository, group   string
}

func (a *Account) newContainer(properties batch.Container) (container, error) {
	found := image.FindStringSubmatch(properties.Image)
	group, driver := properties.LogConfiguration.Options["awslogs-group"], properties.LogConfiguration.LogDriver
	if found == nil || driver != "awslogs" || group == "" {
		return container{}, fmt.Errorf(
			"the job has image %q and log driver %q: the local run supports an image in Amazon ECR, and awslogs with a group",
			properties.Image,
			driver,
		)
	}
	return container{
		account: a, role: properties.JobRoleArn, executionRole: properties.ExecutionRoleArn, group: group,
		repository: fmt.Sprintf("arn:%s:ecr:%s:%s:repository/%s", template.Partition, found[2], found[1], found[3]),
	}, nil
}

// start takes the roles, pulls the image and opens the log, as far as that needs a
// permission. The words are those of Amazon ECS ("Stopped tasks error messages", Amazon
// ECS Developer Guide).
func (c container) start() *batch.NoStart {
	task := map[string]string{"aws:SourceAccount": template.Account, "aws:SourceArn": regional("ecs", "task/local/task")}
	for _, role := range []iam.Request{takeRole("ecs-tasks", c.executionRole, nil), takeRole("ecs-tasks", c.role, task)} {
		if c.account.check(role) != nil {
			return &batch.NoStart{
				StatusReason: fmt.Sprintf("ECS was unable to assume the role '%s' that was provided for this task.", role.Resource),
			}
		}
	}
	if err := c.account.check(c.call("ecr:GetAuthorizationToken", "*", "ecr.api")); err != nil {
		return notInitialized(
			"unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth",
			err,
		)
	}
	if err := c.account.checkAll(
		c.call("ecr:BatchGetImage", c.repository, "ecr.dkr"),
		c.call("ecr:BatchCheckLayerAvailability", c.repository, "ecr.dkr"),
		c.call("ecr:GetDownloadUrlForLayer", c.repository, "ecr.dkr"),
	); err != nil {
		return batch.CannotPull(err)
	}
	if err := c.account.check(c.call("logs:CreateLogStream", logStream(c.group), "logs")); err != nil {
		return notInitialized(
			"failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream",
			err,
		)
	}
	return nil
}

// log opens the log of the job with the index. What may not be written is lost.
func (c container) log(index int) (io.WriteCloser, error) {
	err := c.account.check(c.call("logs:PutLogEvents", logStream(c.group), "logs"))
	return c.account.log(fmt.Sprintf("job-%d", index), err == nil)
}

func (c container) call(action, resource, endpoint string) iam.Request {
	return iam.Request{Principal: c.executionRole, Action: action, Resource: resource, Endpoint: endpoint}
}

func notInitialized(what string, cause error) *batch.NoStart {
	return &batch.NoStart{
		StatusReason: "ResourceInitializationError: " + what + ": AccessDeniedException: " + cause.Error(),
	}
}
