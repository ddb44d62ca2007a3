package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/batch"
	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/account/inventory"
	"batchjobwithlambda/test/account/s3"
	"batchjobwithlambda/test/account/statemachine"
)

// scenarios are executions that together use every permission that a local run can use.
var scenarios = map[string]func(t *testing.T, s stack) *pipeline{
	"an array, a rerun of what failed, and one of everything": func(t *testing.T, s stack) *pipeline {
		p := open(t, s.with(t, command(refuseBad), aJobForEachObject))
		p.put(t, map[string]string{"a": "good\n", "b": "bad\n"})
		p.wantStatus(t, p.run(t, "first", `{}`), statemachine.Failed, contract.ErrorObjects)
		p.wantStatus(
			t,
			p.run(t, "second", fmt.Sprintf(`{"manifest":%q}`, p.Files("first").Failed())),
			statemachine.Failed,
			contract.ErrorObjects,
		)
		made := contract.MadeAddress(p.Runs)
		p.store.Delete(made.Bucket, made.Key) // So that a job has to find out what is done.
		for _, name := range []string{"third", "fourth"} {
			p.wantStatus(t, p.run(t, name, `{}`), statemachine.Failed, contract.ErrorObjects)
			p.wantCounts(t, name, 0, 1, 1)
		}
		return p
	},
	"a run that worked long enough to measure it": func(t *testing.T, s stack) *pipeline {
		p := open(t, s, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/results/") {
					r.Header.Set("X-Amz-Meta-Ms", "60000")
				}
				next.ServeHTTP(w, r)
			})
		})
		p.put(t, map[string]string{"a": "1\n"})
		p.wantStatus(t, p.run(t, "first", `{}`), statemachine.Succeeded, "")
		p.wantStatus(t, p.run(t, "second", `{"force":true}`), statemachine.Succeeded, "")
		if by := p.report(t, "second").Forecast; by.Run != "first" || by.ShardSeconds < 59 || by.ShardSeconds > 61 {
			t.Errorf("the second run expected %+v, want the minute that the first one measured", by)
		}
		return p
	},
	"an object that is asked for by its key": func(t *testing.T, s stack) *pipeline {
		p := open(t, s.with(t, command(refuseBad)))
		p.put(t, map[string]string{"a": "good\n"})
		p.wantStatus(t, p.run(t, "run", `{"objects":["input/a"]}`), statemachine.Succeeded, "")
		return p
	},
	"an inventory, one that is gone, and one of whose files one is": func(t *testing.T, s stack) *pipeline {
		p := open(t, s.with(t, command(refuseBad), aJobForEachObject))
		if p.Inventories == "" {
			p.wantStatus(
				t,
				p.run(t, "run", `{"inventory":"s3://inventories/manifest.json"}`),
				statemachine.Failed,
				contract.ErrorInvalidInput,
			)
			return p
		}
		p.put(t, map[string]string{"a": "good\n", "b +ü": "bad\n"})
		input, report := p.putInventory(t)
		p.wantStatus(t, p.run(t, "first", input), statemachine.Failed, contract.ErrorObjects)
		p.wantStatus(t, p.run(t, "second", input), statemachine.Failed, contract.ErrorObjects)
		p.wantCounts(t, "second", 0, 1, 1)
		for i, key := range []string{report.Files[1].Key, report.ManifestKey()} {
			p.store.Delete(p.Inventories, key)
			p.wantStatus(t, p.run(t, fmt.Sprintf("without-%d", i), input), statemachine.Failed, contract.ErrorInvalidInput)
		}
		return p
	},
	"a list, and one that is gone": func(t *testing.T, s stack) *pipeline {
		p := open(t, s.with(t, command(refuseBad)))
		p.put(t, map[string]string{"a": "good\n", "b": "good\n", "c": "good\n"})
		list := p.putList(t, "keys.csv", fmt.Sprintf("key\n%[1]sc\n%[1]sa\n", p.Input.Prefix))
		p.wantStatus(t, p.run(t, "run", list), statemachine.Succeeded, "")
		p.wantCounts(t, "run", 2, 0, 0)
		p.store.Delete(p.Runs.Bucket, contract.ListsPrefix+"keys.csv")
		p.wantStatus(t, p.run(t, "without", list), statemachine.Failed, contract.ErrorInvalidInput)
		return p
	},
	"an object that is gone": func(t *testing.T, s stack) *pipeline {
		p := open(t, s)
		p.putManifest(t, "gone")
		p.wantStatus(t, p.run(t, "run", p.ofManifest()), statemachine.Failed, contract.ErrorObjects)
		return p
	},
	"an output in parts, and one that is given up": func(t *testing.T, s stack) *pipeline {
		p := open(t, s.with(t, command(`read -r line; head -c 9000000 /dev/zero; [ "$line" = good ]`)))
		p.put(t, map[string]string{"a": "good\n", "b": "bad\n"})
		p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Failed, contract.ErrorObjects)
		p.wantCounts(t, "run", 1, 0, 1)
		return p
	},
	"long files of a run, and each given up once": func(t *testing.T, s stack) *pipeline {
		p := open(t, s, refuseEachFilesFirstEnd())
		// Keys that JSON makes six times as long, and too long for an output: they fail
		// without a request.
		var names []string
		for i := range 1500 {
			names = append(names, fmt.Sprintf("%04d", i)+strings.Repeat("\x01", s3.MaxKeyBytes-len("input/0000")))
		}
		p.putManifest(t, names...)
		p.wantStatus(t, p.run(t, "first", p.ofManifest()), statemachine.Failed, contract.ErrorPlanning)
		p.wantStatus(t, p.run(t, "second", p.ofManifest()), statemachine.Failed, contract.ErrorCollecting)
		p.wantExits(t, 0, contract.ExitTryAgain, contract.ExitDone)
		return p
	},
	"a job that dies once": func(t *testing.T, s stack) *pipeline {
		died := filepath.Join(t.TempDir(), "died")
		p := open(t, s.with(t, command(fmt.Sprintf(`mkdir %s && { kill -KILL %s; sleep 60; }; cat`, died, workerOf))))
		p.put(t, map[string]string{"a": "1\n"})
		p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Succeeded, "")
		p.wantExits(t, 0, 137, 0)
		return p
	},
	"a job that dies for good just when it has made an output": func(t *testing.T, s stack) *pipeline {
		var attempt atomic.Pointer[batch.Attempt]
		var one atomic.Bool
		p := open(t, s.with(t, oneAttempt), func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPut || !strings.Contains(r.URL.Path, "/output/") {
					next.ServeHTTP(w, r)
					return
				}
				if !one.Swap(true) {
					next.ServeHTTP(httptest.NewRecorder(), r)
					attempt.Load().Interrupt()
				}
				panic(http.ErrAbortHandler)
			})
		})
		p.onStart = func(a *batch.Attempt) { attempt.Store(a) }
		p.put(t, map[string]string{"a": "1\n", "b": "2\n"})
		p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Failed, contract.ErrorObjects)
		p.wantCounts(t, "run", 1, 0, 1)
		return p
	},
	"a job that takes too long": func(t *testing.T, s stack) *pipeline {
		p := open(t, s.with(t, command(endless), impatient))
		p.put(t, map[string]string{"a": "1\n"})
		p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Failed, contract.ErrorObjects)
		return p
	},
	"an execution that is stopped": func(t *testing.T, s stack) *pipeline {
		p := open(t, s.with(t, command(`sleep 60`)))
		p.put(t, map[string]string{"a": "1\n"})
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		p.onStart = func(*batch.Attempt) { stop() }
		result, err := p.Run(ctx, "run", json.RawMessage(`{}`))
		if err != nil {
			t.Fatal(err)
		}
		p.wantStatus(t, result, statemachine.Aborted, "")
		return p
	},
}

// putInventory puts an inventory of what is in the bucket, as it might look if somebody
// had asked for all versions of the whole bucket, and returns the input of a run of it.
func (p *pipeline) putInventory(t *testing.T) (string, *inventory.Report) {
	t.Helper()
	report := &inventory.Report{Bucket: p.Input.Bucket, Schema: inventory.AllVersions}
	report.Add(report.Deleted("input/gone"), report.Row(contract.Object{Key: "output/a.gz", Size: 3}))
	for _, key := range slices.Backward(p.store.Keys(p.Input.Bucket, "")) {
		stored, _ := p.store.Get(p.Input.Bucket, key)
		object := contract.Object{Key: key, Size: stored.Size, ETag: stored.ETag}
		report.Add(report.Old(object), report.Row(object))
	}
	if err := report.Put(func(key string, content []byte) error {
		_, err := p.store.Put(p.Inventories, key, bytes.NewReader(content), nil)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`{"inventory":"s3://%s/%s"}`, p.Inventories, report.ManifestKey()), report
}

// putList puts a list, and returns the input of a run of it.
func (p *pipeline) putList(t *testing.T, name, content string) string {
	t.Helper()
	address := contract.Location{Bucket: p.Runs.Bucket, Prefix: contract.ListsPrefix}.Address(name)
	if _, err := p.store.Put(address.Bucket, address.Key, strings.NewReader(content), nil); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`{"list":%q}`, address)
}

// putManifest leaves the manifest of an earlier run, of objects that need not exist.
func (p *pipeline) putManifest(t *testing.T, names ...string) {
	t.Helper()
	var manifest []byte
	for _, name := range names {
		manifest = contract.AppendObject(manifest, contract.Object{Key: p.Input.Prefix + name, Size: 1})
	}
	address := p.Files("earlier").Failed()
	if _, err := p.store.Put(address.Bucket, address.Key, bytes.NewReader(manifest), nil); err != nil {
		t.Fatal(err)
	}
}

// ofManifest is the input of a run of it, in one shard.
func (p *pipeline) ofManifest() string {
	return fmt.Sprintf(`{"manifest":%q,"shards":1}`, p.Files("earlier").Failed())
}

// refuseEachFilesFirstEnd refuses to complete an upload in parts, once for each name of
// a file.
func refuseEachFilesFirstEnd() s3.Middleware {
	var mu sync.Mutex
	refused := map[string]bool{}
	first := func(name string) bool {
		mu.Lock()
		defer mu.Unlock()
		before := refused[name]
		refused[name] = true
		return !before
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && r.URL.Query().Has("uploadId") && first(path.Base(r.URL.Path)) {
				_, _ = io.Copy(io.Discard, r.Body)
				s3.WriteError(w, r, &s3.Error{Status: http.StatusBadRequest, Code: "InvalidRequest", Message: "planted"})
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// recordings are what the scenarios asked of IAM, by the stack's name.
var recordings = map[string][]iam.Request{}

// recorded runs all scenarios of a stack, once for all tests, and returns what was asked
// of IAM, each request once.
func recorded(t *testing.T, s stack) []iam.Request {
	t.Helper()
	if requests, ok := recordings[s.template.Stack]; ok {
		return requests
	}
	var mu sync.Mutex
	seen := map[string]bool{}
	var requests []iam.Request
	t.Run("scenarios", func(t *testing.T) {
		for name, run := range scenarios {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				for _, access := range run(t, s).accesses {
					if access.Refused != nil {
						t.Errorf("it is refused: %v", access.Refused)
					}
					mu.Lock()
					if id := fmt.Sprint(access.Request); !seen[id] {
						seen[id] = true
						requests = append(requests, access.Request)
					}
					mu.Unlock()
				}
			})
		}
	})
	recordings[s.template.Stack] = requests
	return requests
}
