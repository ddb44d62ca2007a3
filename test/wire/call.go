package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/smithy-go/encoding/cbor"
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

// services are those that are told apart by the name that their requests are signed for.
var services = map[string]struct {
	service  string
	protocol Protocol
}{
	"batch":          {"batch", Small},
	"cloudformation": {"cloudformation", Query},
	"ec2":            {"ec2", EC2Query},
	"ecr":            {"ecr", Small},
	"events":         {"events", Capital},
	"iam":            {"iam", Query},
	"kms":            {"kms", Capital},
	"lambda":         {"lambda", Capital},
	"logs":           {"logs", Small},
	"monitoring":     {"cloudwatch", CBOR},
	"servicequotas":  {"servicequotas", Capital},
	"sns":            {"sns", Query},
	"sqs":            {"sqs", Capital},
	"states":         {"states", Small},
}

// signedFor is the service that the request is signed for ("Elements of an AWS API request
// signature", AWS Identity and Access Management User Guide); "" if it is not signed.
func signedFor(r *http.Request) string {
	_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	credential, _, _ = strings.Cut(credential, ",")
	if scope := strings.Split(credential, "/"); len(scope) == 5 {
		return scope[3]
	}
	return ""
}

// ReadCall finds the operation by whatever the protocol says it with. The call is nil if the
// request is to none of these services: then it is one to S3.
func ReadCall(r *http.Request) (*Call, error) {
	known, ok := services[signedFor(r)]
	if !ok {
		return nil, nil
	}
	call := &Call{Service: known.service, Protocol: known.protocol, Request: map[string]any{}}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	switch {
	case known.protocol == Query || known.protocol == EC2Query:
		err = call.readForm(string(body) + r.URL.RawQuery)
	case known.protocol == CBOR:
		call.Operation = r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
		err = call.readCBOR(body)
	case known.service == "batch":
		call.Operation = strings.TrimPrefix(r.URL.Path, "/v1/")
		err = json.Unmarshal(body, &call.Request)
	case known.service == "lambda":
		err = call.readPath(r.URL.Path)
	default:
		_, call.Operation, _ = strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		err = json.Unmarshal(body, &call.Request)
	}
	return call, err
}

func (c *Call) readForm(text string) error {
	form, err := url.ParseQuery(text)
	for key := range form {
		c.Request[key] = form.Get(key)
	}
	c.Operation = form.Get("Action")
	return err
}

// readCBOR reads the texts of a request, in lists and maps as well; it has no use for anything else.
func (c *Call) readCBOR(body []byte) error {
	value, err := cbor.Decode(body)
	if err != nil {
		return err
	}
	fields, ok := value.(cbor.Map)
	if !ok {
		return fmt.Errorf("got the request %v, want a map", value)
	}
	c.Request = texts(fields).(map[string]any)
	return nil
}

// texts are those of a value of CBOR; nil if it has none.
func texts(value cbor.Value) any {
	switch value := value.(type) {
	case cbor.String:
		return string(value)
	case cbor.List:
		var list []any
		for _, item := range value {
			list = append(list, texts(item))
		}
		return list
	case cbor.Map:
		fields := map[string]any{}
		for name, field := range value {
			fields[name] = texts(field)
		}
		return fields
	}
	return nil
}

// readPath reads a request that says by its path what it asks of a function: "/2015-03-31/functions/NAME/configuration".
func (c *Call) readPath(path string) error {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	switch {
	case len(parts) == 2 && parts[1] == "account-settings":
		c.Operation = "GetAccountSettings"
	case len(parts) == 4 && parts[3] == "configuration":
		c.Operation, c.Request["FunctionName"] = "GetFunctionConfiguration", parts[2]
	case len(parts) == 4 && parts[3] == "concurrency":
		c.Operation, c.Request["FunctionName"] = "GetFunctionConcurrency", parts[2]
	default:
		return fmt.Errorf("got the path %q, want one of an operation that is known here", path)
	}
	return nil
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
