package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"batchjobwithlambda/test/account/s3"
	"batchjobwithlambda/test/wire"
)

const (
	account  = "111122223333"
	bucket   = "files"
	workflow = "arn:aws:states:eu-north-1:" + account + ":stateMachine:Workflow"
)

// cloud is an AWS account that answers over HTTP, as far as this program asks. What
// becomes of its executions and jobs is decided by its manners.
type cloud struct {
	url   string
	store *s3.Store
	manners

	mu         sync.Mutex
	executions map[string]*execution
	jobs       map[string]*job
	machines   map[string]string
	rules      map[string]bool
	targets    map[string]bool
	queues     map[string]bool
	template   string
	updated    bool
	// started counts what was started or made.
	started int
}

// manners are what AWS may do otherwise than the pipeline hopes.
type manners struct {
	refuses            map[string]wire.Refusal // By operation.
	tagsAreRefused     bool
	volumeHasHost      bool
	runFails           bool
	tmpReason          string
	eventHasNoError    bool
	stateLeavesJob     bool
	executionLeavesJob bool
	stopLeavesChildren bool
	updateFails        bool
	updateReplaces     bool
	startsAreSlow      bool
}

// operation answers a request of one kind. The request is as the protocol has it.
type operation func(c *cloud, request map[string]any) (any, error)

// newCloud returns an account with a pipeline in it.
func newCloud(t *testing.T, m manners) *cloud {
	t.Helper()
	c := &cloud{
		store:      s3.NewStore(t.TempDir(), bucket),
		manners:    m,
		executions: map[string]*execution{},
		jobs:       map[string]*job{},
		machines:   map[string]string{workflow: pipelineDefinition},
		rules:      map[string]bool{},
		targets:    map[string]bool{},
		queues:     map[string]bool{},
		template:   pipelineTemplate,
	}
	files, err := s3.Serve(c.store)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	server := httptest.NewServer(c.handler(files))
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

func (c *cloud) config() aws.Config {
	return aws.Config{
		Region:       "eu-north-1",
		BaseEndpoint: &c.url,
		Credentials:  credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}
}

// handler answers calls, and requests to S3.
func (c *cloud) handler(files http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		call, err := wire.ReadCall(r)
		switch {
		case err != nil:
			http.Error(w, err.Error(), http.StatusInternalServerError)
		case call != nil:
			c.answer(w, *call)
		case r.Method == http.MethodDelete:
			of, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
			c.store.Delete(of, key)
			w.WriteHeader(http.StatusNoContent)
		default:
			files.ServeHTTP(w, r)
		}
	})
}

func (c *cloud) answer(w http.ResponseWriter, call wire.Call) {
	do, ok := operations[strings.ToLower(call.Operation)]
	if !ok {
		http.Error(w, "no operation "+call.Operation, http.StatusNotImplemented)
		return
	}
	if refused, ok := c.refuses[call.Operation]; ok {
		wire.Refuse(w, call.Protocol, refused)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	output, err := do(c, call.Request)
	wire.Answer(w, call.Protocol, call.Operation, output, err)
}

// left is what is still there that this program made.
func (c *cloud) left() []string {
	left := c.store.Keys(bucket, "")
	for arn := range c.machines {
		if arn != workflow {
			left = append(left, arn)
		}
	}
	for _, names := range []map[string]bool{c.rules, c.targets, c.queues} {
		for name := range names {
			left = append(left, name)
		}
	}
	for arn, e := range c.executions {
		if e.going {
			left = append(left, arn)
		}
	}
	for id, j := range c.jobs {
		if j.going {
			left = append(left, "job "+id)
		}
	}
	if c.template != pipelineTemplate {
		left = append(left, "the stack's template is another")
	}
	return left
}
