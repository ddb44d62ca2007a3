package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"batchjobwithlambda/batch/contract"
)

// cut passes on so many bytes of an answer, and then breaks the connection.
type cut struct {
	http.ResponseWriter
	left int
}

func (c *cut) Write(p []byte) (int, error) {
	if len(p) > c.left {
		c.ResponseWriter.Write(p[:c.left])
		c.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	c.left -= len(p)
	return c.ResponseWriter.Write(p)
}

// cutInput breaks each answer with the content of an input after so many bytes.
func cutInput(bytes int) fault {
	return func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if r.Method == http.MethodGet && strings.HasPrefix(keyOf(r), "input/") {
			w = &cut{w, bytes}
		}
		s3.ServeHTTP(w, r)
	}
}

func TestAConnectionThatBreaksIsTakenUpWhereItBroke(t *testing.T) {
	var content strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&content, "line %d\n", i)
	}
	j := newJobWith(t, cutInput(20_000), "upper")
	j.put("a", content.String())
	j.wantResults(done("a", int64(content.Len()), int64(content.Len())))
	j.wantOutput("a", strings.ToUpper(content.String()))
	if got, want := j.count("GET", "input/a"), content.Len()/20_000+1; got != want {
		t.Errorf("got %d requests, want %d", got, want)
	}
}

func TestAConnectionThatBringsNothingAnyMoreEndsTheAttempt(t *testing.T) {
	const breaks = 5 // As often a connection may break in a row.
	j := newJobWith(t, cutInput(0), "upper")
	j.put("a", "content")
	code, log := j.start(t.Context())
	if code != contract.ExitTryAgain {
		t.Errorf("got exit code %d, want 75; the log:\n%s", code, log)
	}
	if got := j.count("GET", "input/a"); got != 2*(1+breaks) { // At the end it is tried again.
		t.Errorf("got %d requests, want %d", got, 2*(1+breaks))
	}
	j.wantOutputs()
	j.wantCleanedUp()
}

func TestACommandNeverTakesHalfAnObjectForAWholeOne(t *testing.T) {
	trace := scratchOf(t, "trace")
	listens := newFIFO(t, trace+".listens")
	var broke atomic.Bool
	commandListens := sync.OnceFunc(func() { hear(listens) })
	j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if strings.HasPrefix(keyOf(r), "input/") {
			if broke.Swap(true) { // The connection broke, and now the object cannot be read any more.
				commandListens()
				answer(w, http.StatusInternalServerError, "InternalError")
				return
			}
			w = &cut{w, 0}
		}
		s3.ServeHTTP(w, r)
	}, "trace", listens, trace)
	j.putStreamed("a")
	if code, log := j.start(t.Context()); code != contract.ExitTryAgain {
		t.Errorf("got exit code %d, want 75; the log:\n%s", code, log)
	}
	if _, err := os.Stat(trace); err == nil {
		t.Error("the command saw the end of an object that could not be read")
	}
}

func TestACommandThatIsThroughDoesNotWaitForTheRestOfItsInput(t *testing.T) {
	j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if strings.HasPrefix(keyOf(r), "input/") {
			defer func() {
				recover()
				<-r.Context().Done() // The rest never comes.
			}()
			w = &cut{w, 4}
		}
		s3.ServeHTTP(w, r)
	}, "ignore")
	j.putStreamed("a")
	j.wantResults(done("a", aPart, 7))
}

func TestAServerThatIgnoresTheRangeIsNotBelieved(t *testing.T) {
	j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if strings.HasPrefix(keyOf(r), "input/") {
			r.Header.Del("Range")
		}
		cutInput(5)(w, r, s3)
	}, "upper")
	j.put("a", "content")
	if code, log := j.start(t.Context()); code != contract.ExitTryAgain {
		t.Errorf("got exit code %d, want 75; the log:\n%s", code, log)
	}
	j.wantOutputs()
}

func TestAnObjectIsTakenAsItIsNow(t *testing.T) {
	j := newJob(t, "upper")
	j.put("a", "as it was listed")
	now := j.putOnly("input/a", "as it is now")
	j.wantResults(done("a", 12, 12))
	j.wantOutput("a", "AS IT IS NOW")
	if output, _ := j.s3.Get(outBucket, "output/a.out"); output.Metadata[contract.MetadataSourceETag] != now.ETag {
		t.Errorf("got source ETag %s, want that of what was read, %s", output.Metadata[contract.MetadataSourceETag], now.ETag)
	}
}

func TestAnObjectThatChangesWhileItIsReadIsReadAgain(t *testing.T) {
	var j *testJob
	changed := false
	j = newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if r.Method == http.MethodGet && strings.HasPrefix(keyOf(r), "input/") && !changed {
			changed = true
			defer j.putOnly("input/a", "the new one")
			w = &cut{w, 4}
		}
		s3.ServeHTTP(w, r)
	}, "upper")
	j.put("a", "the old content")
	j.wantResults(done("a", 11, 11))
	j.wantOutput("a", "THE NEW ONE")
}

func TestAnObjectThatNeverStopsChangingFails(t *testing.T) {
	var j *testJob
	version := 0
	j = newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if r.Method == http.MethodGet && strings.HasPrefix(keyOf(r), "input/") {
			version++
			defer j.putOnly("input/a", fmt.Sprintf("version %d", version))
			w = &cut{w, 4}
		}
		s3.ServeHTTP(w, r)
	}, "upper")
	j.put("a", "version 0")
	j.wantResults(failed("a", contract.FailedChanged, 0, "the object changed while it was read"))
	j.wantOutputs()
}

func TestAnObjectThatIsGoneFails(t *testing.T) {
	for name, status := range map[string]int{
		"by the answer to a caller that may list the bucket": http.StatusNotFound,
		"by the answer to a caller that may not":             http.StatusForbidden,
	} {
		t.Run(name, func(t *testing.T) {
			j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
				if keyOf(r) == "input/gone" {
					answer(w, status, http.StatusText(status))
					return
				}
				s3.ServeHTTP(w, r)
			}, "upper")
			j.objects = []contract.Object{{Key: "input/gone", Size: 7, ETag: "1"}}
			j.put("gone-too", "content") // Whose key begins with the other's.
			j.wantResults(failed("gone", contract.FailedGone, 0, "the object is gone since it was listed"), done("gone-too", 7, 7))
		})
	}
}

func TestAnArchivedObjectFails(t *testing.T) {
	j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if keyOf(r) == "input/a" {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, "<Error><Code>InvalidObjectState</Code><StorageClass>GLACIER</StorageClass></Error>")
			return
		}
		s3.ServeHTTP(w, r)
	}, "upper")
	j.put("a", "content")
	j.wantResults(failed(
		"a", contract.FailedArchived, 0, "the object is in the storage class GLACIER and has to be restored first",
	))
}

func getsB(r *http.Request) bool { return r.Method == http.MethodGet && keyOf(r) == "input/b" }

func putsB(r *http.Request) bool { return r.Method == http.MethodPut && keyOf(r) == "output/b.out" }

func TestARefusalOfOneObjectIsThatObjectsFailure(t *testing.T) {
	for name, on := range map[string]func(*http.Request) bool{
		"an input":                    getsB,
		"an output":                   putsB,
		"metadata of a former output": func(r *http.Request) bool { return r.Method == http.MethodHead },
	} {
		t.Run(name, func(t *testing.T) {
			j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
				if on(r) {
					answer(w, http.StatusForbidden, "AccessDenied")
					return
				}
				s3.ServeHTTP(w, r)
			}, "upper")
			j.put("a", "content")
			j.put("b", "content")
			j.put("c", "content")
			j.putOnly("output/b.out", "made before")
			results := j.finish()
			for i, want := range []contract.FailureKind{"", contract.FailedRefused, ""} {
				if results[i].Kind != want {
					t.Errorf("got %+v, want the kind %q", results[i], want)
				}
			}
			if !strings.HasPrefix(results[1].Reason, "S3: ") {
				t.Errorf("got reason %q, want what S3 said", results[1].Reason)
			}
			j.wantCleanedUp()
		})
	}
}

func TestAnErrorOfS3AtEverythingEndsTheAttempt(t *testing.T) {
	for _, status := range []int{http.StatusForbidden, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable} {
		for name, on := range map[string]func(*http.Request) bool{
			"the index":    func(r *http.Request) bool { return strings.HasSuffix(keyOf(r), ".index") },
			"the manifest": func(r *http.Request) bool { return strings.HasSuffix(keyOf(r), "manifest.jsonl") },
			"listing":      func(r *http.Request) bool { return r.URL.Query().Has("list-type") },
			"all inputs":   func(r *http.Request) bool { return strings.HasPrefix(keyOf(r), "input/") },
			"all outputs":  func(r *http.Request) bool { return strings.HasPrefix(keyOf(r), "output/") },
			"a segment":    func(r *http.Request) bool { return strings.Contains(keyOf(r), "results/0/") },
			"the result":   func(r *http.Request) bool { return strings.Contains(keyOf(r), "results/") },
		} {
			t.Run(fmt.Sprintf("%d on %s", status, name), func(t *testing.T) {
				j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
					if on(r) {
						answer(w, status, http.StatusText(status))
						return
					}
					s3.ServeHTTP(w, r)
				}, "upper")
				j.put("a", "content")
				j.put("b", "content")
				j.putOnly("output/a.out", "made before")
				code, log := j.start(t.Context())
				if code != contract.ExitTryAgain {
					t.Errorf("got exit code %d, want 75; the log:\n%s", code, log)
				}
				if j.isFinished() {
					t.Error("there is a result of a shard that is not finished")
				}
				j.wantCleanedUp()
			})
		}
	}
}

func TestAnAnswerThatIsNotWhatWasAskedForEndsTheAttempt(t *testing.T) {
	withRange := func(bytes string) fault {
		return func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
			r.Header.Set("Range", bytes)
			s3.ServeHTTP(w, r)
		}
	}
	withoutRange := func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		r.Header.Del("Range")
		s3.ServeHTTP(w, r)
	}
	empty := func(http.ResponseWriter, *http.Request, http.Handler) {}
	large := strings.Repeat("x", aPart)
	for name, test := range map[string]struct {
		content string
		on      func(*http.Request) bool
		fault   fault
	}{
		"the whole index":                 {"content", func(r *http.Request) bool { return strings.HasSuffix(keyOf(r), ".index") }, withoutRange},
		"another part of the index":       {"content", func(r *http.Request) bool { return strings.HasSuffix(keyOf(r), ".index") }, withRange("bytes=1-84")},
		"another part of the manifest":    {"content", func(r *http.Request) bool { return strings.HasSuffix(keyOf(r), "manifest.jsonl") }, withRange("bytes=1-48")},
		"less of the manifest":            {"content", func(r *http.Request) bool { return strings.HasSuffix(keyOf(r), "manifest.jsonl") }, withRange("bytes=0-9")},
		"a part of an object":             {"content", func(r *http.Request) bool { return keyOf(r) == "input/a" }, withRange("bytes=0-2")},
		"no keys for a list without keys": {"content", func(r *http.Request) bool { return r.URL.Query().Has("list-type") }, empty},
		"no upload":                       {large, func(r *http.Request) bool { return r.URL.Query().Has("uploads") }, empty},
		"no object for an upload":         {large, func(r *http.Request) bool { return r.Method == http.MethodPost && r.URL.Query().Has("uploadId") }, empty},
		"another size than was listed": {
			"content", func(r *http.Request) bool { return keyOf(r) == "input/a" },
			func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
				r.Header.Del("X-Amz-Checksum-Mode") // Or that would tell.
				answer := httptest.NewRecorder()
				s3.ServeHTTP(answer, r)
				w.Header().Set("ETag", answer.Header().Get("ETag"))
				w.Write(answer.Body.Bytes()[:3])
			},
		},
		"other bytes than have the checksum": {
			"content", func(r *http.Request) bool { return keyOf(r) == "input/a" },
			func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
				answer := httptest.NewRecorder()
				s3.ServeHTTP(answer, r)
				for _, name := range []string{"ETag", "X-Amz-Checksum-Crc32"} {
					w.Header().Set(name, answer.Header().Get(name))
				}
				w.Write(bytes.ToUpper(answer.Body.Bytes()))
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
				if test.on(r) {
					test.fault(w, r, s3)
					return
				}
				s3.ServeHTTP(w, r)
			}, "upper")
			j.put("a", test.content)
			if code, log := j.start(t.Context()); code != contract.ExitTryAgain {
				t.Errorf("got exit code %d, want 75; the log:\n%s", code, log)
			}
			j.wantOutputs()
		})
	}
}

func TestAnObjectThatEndsBeforeItsLengthEndsTheAttempt(t *testing.T) {
	j := newJobWith(t, func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		if keyOf(r) == "input/a" && r.Header.Get("Range") == "" {
			w.Header().Set("Content-Length", "9")
			w.Header().Set("ETag", `"of the listing"`)
			io.WriteString(w, "content")
			return
		}
		s3.ServeHTTP(w, r)
	}, "upper")
	j.put("a", "content")
	j.objects[0] = contract.Object{Key: "input/a", Size: 9, ETag: "of the listing"}
	if code, log := j.start(t.Context()); code != contract.ExitTryAgain {
		t.Errorf("got exit code %d, want 75; the log:\n%s", code, log)
	}
	j.wantOutputs()
}
