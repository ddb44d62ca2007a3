package lambda

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

const (
	runtimeAPI    = "/2018-06-01/runtime/"
	invocationAPI = runtimeAPI + "invocation/"
)

// invocation is one event, and the Runtime API that hands it out ("Using the Lambda
// runtime API for custom runtimes", AWS Lambda Developer Guide).
type invocation struct {
	id       string
	address  string
	answered chan answer

	function *Function
	event    json.RawMessage
	deadline time.Time
	server   *http.Server
	taken    chan struct{} // Holds the event until the program asks for it.
}

type answer struct {
	response json.RawMessage
	err      error
}

func serve(function *Function, event json.RawMessage, deadline time.Time) (*invocation, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve the Lambda Runtime API: %w", err)
	}
	i := &invocation{
		id: rand.Text(), address: listener.Addr().String(), answered: make(chan answer, 1),
		function: function, event: event, deadline: deadline, taken: make(chan struct{}, 1),
	}
	i.taken <- struct{}{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+invocationAPI+"next", i.next)
	mux.HandleFunc("POST "+invocationAPI+i.id+"/response", i.response)
	mux.HandleFunc("POST "+invocationAPI+i.id+"/error", i.failure)
	mux.HandleFunc("POST "+runtimeAPI+"init/error", i.failure)
	i.server = &http.Server{Handler: mux}
	go i.server.Serve(listener)
	return i, nil
}

func (i *invocation) close() { i.server.Close() }

// next hands out the event once. A second time there is nothing more to do, so the
// program waits, as it does on AWS.
func (i *invocation) next(w http.ResponseWriter, r *http.Request) {
	select {
	case <-i.taken:
	case <-r.Context().Done():
		return
	}
	w.Header().Set("Lambda-Runtime-Aws-Request-Id", i.id)
	w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(i.deadline.UnixMilli(), 10))
	w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", i.function.ARN)
	w.Header().Set("Content-Type", "application/json")
	w.Write(i.event)
}

func (i *invocation) response(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxPayloadBytes+1))
	switch {
	case err != nil:
		err = newFunctionError("Runtime.TruncatedResponse", err.Error())
	case len(body) > maxPayloadBytes:
		err = newFunctionError(
			"Function.ResponseSizeTooLarge",
			fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", maxPayloadBytes),
		)
	case !json.Valid(body):
		err = newFunctionError("Runtime.MalformedResponse", "the response is not JSON")
	}
	i.answer(w, answer{response: body, err: err})
}

func (i *invocation) failure(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxPayloadBytes))
	var document struct{ ErrorType string }
	if err != nil || json.Unmarshal(body, &document) != nil {
		i.answer(w, answer{err: newFunctionError("Runtime.Unknown", string(body))})
		return
	}
	i.answer(w, answer{err: &FunctionError{Type: document.ErrorType, Document: string(body)}})
}

func (i *invocation) answer(w http.ResponseWriter, a answer) {
	select {
	case i.answered <- a:
	default: // The first answer counts.
	}
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, `{"status":"OK"}`)
}
