package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/logs"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/template"
)

const typeFunction = "AWS::Lambda::Function"

// Types are those of AWS Lambda.
var Types = template.Types{
	typeFunction: {ARN: template.ARN("lambda", "function:%s"), Ref: "%s", Attribute: "Arn"},
}

// properties are those of a function.
type properties struct {
	Handler     string
	Environment struct{ Variables map[string]string }
	MemorySize  int
	Timeout     int // In seconds.
	Role        string
	// LoggingConfig has the name of the log's group.
	LoggingConfig struct{ LogGroup string }

	Architectures, Code, Description, EphemeralStorage, ReservedConcurrentExecutions, Runtime, Tags, TracingConfig,
	VpcConfig template.Ignored
}

// Options are what a [Service] needs of its account.
type Options struct {
	Gate *iam.Gate
	Logs logs.Service
	// Programs is the folder of the programs, each named after the handler of its functions.
	Programs string
	// Credentials are the environment variables of a program that has the role.
	Credentials func(role string) []string
}

// Deployed is a function of a stack.
type Deployed struct {
	*Function
	// Handler is the name of its program, and Caller who the program is.
	Handler string
	Caller  iam.Caller
}

// Service has the functions of a stack.
type Service struct {
	gate      *iam.Gate
	functions map[string]Deployed // By their ARNs.
}

// New makes the functions of a template.
func New(t *template.Template, options Options) (*Service, error) {
	s := &Service{gate: options.Gate, functions: map[string]Deployed{}}
	var problems []error
	for _, r := range t.OfType(typeFunction) {
		var p properties
		arn, err := t.ARN(r)
		if err = errors.Join(err, t.Resolve(r, &p)); err != nil {
			problems = append(problems, err)
			continue
		}
		environment := options.Credentials(p.Role)
		for name, value := range p.Environment.Variables {
			environment = append(environment, name+"="+value)
		}
		function := &Function{
			Name:        t.PhysicalName(r),
			ARN:         arn,
			Program:     filepath.Join(options.Programs, p.Handler),
			Environment: environment,
			MemoryMiB:   p.MemorySize,
			Timeout:     time.Duration(p.Timeout) * time.Second,
			Log:         func() (io.WriteCloser, error) { return p.openLog(options.Logs) },
		}
		caller := iam.Caller{Role: p.Role, Function: arn, InNetwork: r.Properties["VpcConfig"] != nil}
		s.functions[arn] = Deployed{Function: function, Handler: p.Handler, Caller: caller}
	}
	return s, errors.Join(problems...)
}

// openLog opens the log of a function. AWS Lambda writes it with the function's role, but not
// from its network.
func (p properties) openLog(service logs.Service) (io.WriteCloser, error) {
	caller, group := iam.Caller{Role: p.Role}, p.LoggingConfig.LogGroup
	return service.Open(
		p.Handler,
		logs.Call(caller, "CreateLogStream", group),
		logs.Call(caller, "PutLogEvents", group),
	)
}

// Functions returns the functions, sorted by their ARNs.
func (s *Service) Functions() []Deployed {
	return slices.SortedFunc(maps.Values(s.functions), func(a, b Deployed) int { return strings.Compare(a.ARN, b.ARN) })
}

// CheckTrust returns an error if the service could not take the role of a function, which it
// tries when the stack is deployed.
func (s *Service) CheckTrust() error {
	for _, f := range s.Functions() {
		if err := s.gate.Check(iam.AssumeRole("lambda", f.Caller.Role, nil)); err != nil {
			return fmt.Errorf("AWS Lambda cannot take the role of %s: %w", f.Name, err)
		}
	}
	return nil
}

// Integrations are what a state machine can ask of the service.
func (s *Service) Integrations() statemachine.Integrations {
	return statemachine.Integrations{
		"lambda:invoke": {Parameters: []string{"FunctionName", "Payload"}, Do: s.invoke},
	}
}

// invoke does a task. Its errors have the names that AWS Step Functions gives them.
func (s *Service) invoke(ctx context.Context, role string, parameters json.RawMessage) (json.RawMessage, error) {
	request := struct {
		FunctionName string
		Payload      json.RawMessage
	}{Payload: json.RawMessage(`{}`)}
	if err := statemachine.DecodeParameters(parameters, &request); err != nil {
		return nil, err
	}
	call := iam.Request{Principal: role, Action: "lambda:InvokeFunction", Resource: request.FunctionName}
	if err := s.gate.Check(call); err != nil {
		return nil, &statemachine.TaskError{Name: "Lambda.AWSLambdaException", Cause: err.Error()}
	}
	f, ok := s.functions[request.FunctionName]
	if !ok {
		cause := "Function not found: " + request.FunctionName
		return nil, &statemachine.TaskError{Name: "Lambda.ResourceNotFoundException", Cause: cause}
	}
	response, err := f.Invoke(ctx, request.Payload)
	if failure, ok := errors.AsType[*FunctionError](err); ok {
		return nil, &statemachine.TaskError{Name: failure.Type, Cause: failure.Document}
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"ExecutedVersion": "$LATEST", "Payload": response, "StatusCode": 200})
}

// Handlers returns the names of the functions' handlers in a template, sorted, each once.
func Handlers(t *template.Template) []string {
	var handlers []string
	for _, r := range t.OfType(typeFunction) {
		handlers = append(handlers, fmt.Sprint(r.Properties["Handler"]))
	}
	slices.Sort(handlers)
	return slices.Compact(handlers)
}
