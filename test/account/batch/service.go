package batch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/logs"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/template"
)

const (
	typeDefinition = "AWS::Batch::JobDefinition"
	typeQueue      = "AWS::Batch::JobQueue"
)

// Types are those of AWS Batch. Jobs run on this machine, whatever compute environments there
// are. A definition is at its second revision, as if the stack had been deployed before.
var Types = template.Types{
	typeDefinition: {ARN: template.ARN("batch", "job-definition/%s:2"), Ref: template.ARN("batch", "job-definition/%s:2")},
	typeQueue: {
		ARN:       template.ARN("batch", "job-queue/%s"),
		Ref:       template.ARN("batch", "job-queue/%s"),
		Attribute: "JobQueueArn",
	},
	"AWS::Batch::ComputeEnvironment": {},
}

// queue is the properties of a queue, of which none makes a difference here.
type queue struct {
	ComputeEnvironmentOrder, JobStateTimeLimitActions, Priority, State, Tags template.Ignored
}

// Options are what a [Service] needs of its account.
type Options struct {
	Gate *iam.Gate
	Logs logs.Service
	// Credentials are the environment variables of a program that has the role.
	Credentials func(role string) []string
	// Runner runs the jobs. Its Environment, Start and Log are set for each definition.
	Runner Runner
}

// Service has the queues and job definitions of a stack.
type Service struct {
	gate        *iam.Gate
	queues      map[string]queue
	definitions map[string]Definition // By their ARNs.
	runners     map[string]*Runner    // By the ARNs of the definitions.
	store       store
}

// New makes the queues and job definitions of a template.
func New(t *template.Template, options Options) (*Service, error) {
	s := &Service{gate: options.Gate, runners: map[string]*Runner{}}
	var err error
	if s.queues, err = template.ResolveAll[queue](t, typeQueue); err != nil {
		return nil, err
	}
	if s.definitions, err = template.ResolveAll[Definition](t, typeDefinition); err != nil {
		return nil, err
	}
	for arn, definition := range s.definitions {
		definition.ARN = arn
		s.definitions[arn] = definition
		container, err := newContainer(definition.ContainerProperties, options)
		if err != nil {
			return nil, fmt.Errorf("job definition %s: %w", arn, err)
		}
		runner := options.Runner
		runner.Environment = options.Credentials(definition.ContainerProperties.JobRoleArn)
		runner.Start, runner.Log = container.start, container.log
		s.runners[arn] = &runner
	}
	return s, nil
}

// Definitions returns the job definitions, sorted by their ARNs.
func (s *Service) Definitions() []Definition {
	return slices.SortedFunc(maps.Values(s.definitions), func(a, b Definition) int { return strings.Compare(a.ARN, b.ARN) })
}

// Variables are the definition's environment variables, as os.Environ gives them.
func (d Definition) Variables() []string {
	var variables []string
	for _, variable := range d.ContainerProperties.Environment {
		variables = append(variables, variable.Name+"="+variable.Value)
	}
	return variables
}

// Caller is who the program of a job is.
func (d Definition) Caller() iam.Caller {
	return iam.Caller{Role: d.ContainerProperties.JobRoleArn, InNetwork: true}
}

// Close terminates the jobs that still go on, and waits for their end.
func (s *Service) Close() {
	for _, job := range s.store.all() {
		job.terminate()
		<-job.done
	}
}

// Integrations are what a state machine can ask of the service.
func (s *Service) Integrations() statemachine.Integrations {
	return statemachine.Integrations{
		"batch:submitJob.sync": {
			Parameters: []string{
				"ArrayProperties", "JobDefinition", "JobName", "JobQueue", "Parameters", "Tags", "Timeout",
			},
			Do: s.submit,
		},
		"aws-sdk:batch:listJobs":     {Parameters: []string{"Filters", "JobQueue", "NextToken"}, Do: s.listJobs},
		"aws-sdk:batch:describeJobs": {Parameters: []string{"Jobs"}, Do: s.describeJobs},
		"aws-sdk:batch:terminateJob": {Parameters: []string{"JobId", "Reason"}, Do: s.terminateJob},
	}
}

// submit does a task. Its errors have the names that AWS Step Functions gives them.
func (s *Service) submit(ctx context.Context, role string, parameters json.RawMessage) (json.RawMessage, error) {
	request := Request{ID: NewID()}
	if err := statemachine.DecodeParameters(parameters, &request); err != nil {
		return nil, err
	}
	if err := s.checkSubmit(role, request); err != nil {
		return nil, refused(err)
	}
	definition, ok := s.definition(request.JobDefinition)
	if _, queue := s.queues[request.JobQueue]; !ok || !queue {
		return nil, &statemachine.TaskError{
			Name:  "Batch.ClientException",
			Cause: fmt.Sprintf("there is no queue %q or no definition %q", request.JobQueue, request.JobDefinition),
		}
	}
	if err := request.Check(definition); err != nil {
		return nil, &statemachine.TaskError{Name: "Batch.ClientException", Cause: err.Error()}
	}
	job := s.store.start(ctx, request, func(ctx context.Context) (Detail, error) {
		return s.runners[definition.ARN].Run(ctx, definition, request)
	})
	select {
	case <-job.done:
	case <-ctx.Done():
		if errors.Is(context.Cause(ctx), statemachine.ErrTimedOut) {
			return nil, ctx.Err() // No page says that the job is terminated: it goes on.
		}
		// A job that the state machine may not terminate goes on by itself.
		if s.checkTerminate(role, request.ID, request.Tags) == nil {
			job.terminate()
		}
		<-job.done
	}
	detail, err := job.end()
	if err != nil {
		return nil, err
	}
	if err := s.gate.Check(iam.Request{Principal: role, Action: "batch:DescribeJobs", Resource: "*"}); err != nil {
		return nil, refused(err)
	}
	document, err := json.Marshal(detail)
	if err != nil {
		return nil, err
	}
	if detail.Status == Failed {
		return nil, &statemachine.TaskError{Name: "States.TaskFailed", Cause: string(document)}
	}
	return document, nil
}

// definition returns the revision of a definition that has the ARN. The first revision is what
// the second is, and is there unless the deployment of the second deregistered it.
func (s *Service) definition(arn string) (Definition, bool) {
	if definition, ok := s.definitions[arn]; ok {
		return definition, true
	}
	name, first := strings.CutSuffix(arn, ":1")
	definition, ok := s.definitions[name+":2"]
	return definition, first && ok && definition.ResourceRetentionPolicy.SkipDeregisterOnUpdate
}

// checkSubmit asks whether the job may be submitted. AWS Batch asks for the definition
// and the queue, and for both again whether they may be tagged, although it is the job
// that gets the tags: a refusal names the definition. No page says whether the check of the
// tagging has the tags, so here it has none.
func (s *Service) checkSubmit(role string, request Request) error {
	actions := []string{"batch:SubmitJob"}
	if len(request.Tags) > 0 {
		actions = append(actions, "batch:TagResource")
	}
	for _, action := range actions {
		for _, resource := range []string{request.JobDefinition, request.JobQueue} {
			if err := s.gate.Check(iam.Request{Principal: role, Action: action, Resource: resource}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) checkTerminate(role, id string, tags map[string]string) error {
	return s.gate.Check(iam.Request{
		Principal: role, Action: "batch:TerminateJob", Resource: template.ARN("batch", "job/"+id),
		Context: tagsAs("aws:ResourceTag/", tags),
	})
}

// tagsAs are the condition keys of tags.
func tagsAs(key string, tags map[string]string) map[string]string {
	context := map[string]string{}
	for name, value := range tags {
		context[key+name] = value
	}
	return context
}

// refused is what AWS Step Functions makes of an error of AWS Batch that its API does not list,
// as it does not list this.
func refused(err error) error {
	return &statemachine.TaskError{Name: "Batch.AWSBatchException", Cause: err.Error()}
}
