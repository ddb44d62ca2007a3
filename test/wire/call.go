package wire

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Call is a request of one operation of a service, as the SDK makes it.
type Call struct {
	// Service is named as in IAM.
	Service   string
	Operation string
	Protocol  Protocol
	// Request is as the protocol has it.
	Request map[string]any
}

// targets are the services that name their operation in a header, by the name that they have there.
var targets = map[string]struct {
	service  string
	protocol Protocol
}{
	"AWSStepFunctions":                     {"states", Small},
	"Logs_20140328":                        {"logs", Small},
	"AmazonEC2ContainerRegistry_V20150921": {"ecr", Small},
	"AmazonSQS":                            {"sqs", Capital},
	"AWSEvents":                            {"events", Capital},
}

// ReadCall finds the operation by whatever the protocol says it with. The call is nil if the
// request is none of these protocols: then it is one to S3.
func ReadCall(r *http.Request) (*Call, error) {
	target, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	known, targeted := targets[target]
	call := &Call{Operation: operation, Request: map[string]any{}}
	switch {
	case targeted:
		call.Service, call.Protocol = known.service, known.protocol
	case strings.HasPrefix(r.URL.Path, "/v1/"):
		call.Service, call.Operation = "batch", strings.TrimPrefix(r.URL.Path, "/v1/")
	case r.Header.Get("Content-Type") == "application/x-www-form-urlencoded":
		call.Service, call.Protocol = "cloudformation", Query
	default:
		return nil, nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if call.Protocol != Query {
		return call, json.Unmarshal(body, &call.Request)
	}
	form, err := url.ParseQuery(string(body))
	for key := range form {
		call.Request[key] = form.Get(key)
	}
	call.Operation = form.Get("Action")
	return call, err
}

// Answer writes what the operation came to: a [Refusal] as an error of the service, any other
// error as one of the test's own.
func Answer(w http.ResponseWriter, p Protocol, operation string, output any, err error) {
	var refused Refusal
	switch {
	case errors.As(err, &refused):
		Refuse(w, p, refused)
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		Respond(w, p, operation, output)
	}
}
