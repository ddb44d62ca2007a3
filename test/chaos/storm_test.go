package chaos

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// writer is what tells an attempt from its copies in the key of a segment: random letters.
var writer = regexp.MustCompile(`-[A-Z0-9]{26}-`)

// storm is an execution in which anything may happen to any request.
type storm struct{ seed uint64 }

func (s storm) String() string { return fmt.Sprint("seed ", s.seed) }

// Out of a hundred requests, something happens to so many of the worker's and of the
// functions', of which one ends the execution, and the worker gets a signal at so many.
const workerHits, functionHits, kills = 15, 3, 2

// harm decides by the seed and by what a request is, not by when it comes: programs do
// several things at once, and the same seed should be the same storm.
func (s storm) harm(f *fixture) fault {
	var mu sync.Mutex
	seen := map[string]int{}
	return func(rw http.ResponseWriter, r *http.Request, s3 http.Handler) {
		query := r.URL.Query()
		query.Del("uploadId")
		path := writer.ReplaceAllString(r.URL.Path, "")
		name := fmt.Sprint(f.isRunning(), r.Method, path, query.Encode(), r.Header.Get("Range"))
		mu.Lock()
		seen[name]++
		name = fmt.Sprint(name, seen[name])
		mu.Unlock()
		hash := fnv.New64()
		hash.Write([]byte(name))
		random := rand.New(rand.NewPCG(s.seed, hash.Sum64()))
		hits := functionHits
		if f.isRunning() == "worker" {
			hits = workerHits
		}
		if f.isRunning() == "worker" && random.IntN(100) < kills {
			signal := []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL}[random.IntN(2)]
			kill, _ := stop{program: "worker", request: 1, signal: signal, done: random.IntN(2) == 0}.harm(f)
			kill(rw, r, s3)
			return
		}
		if random.IntN(100) < hits {
			s3 = faulty(f, r, s3, random)
		}
		s3.ServeHTTP(rw, r)
	}
}

// faulty is S3 with one of the faults that may happen to the request.
func faulty(f *fixture, r *http.Request, s3 http.Handler, random *rand.Rand) http.Handler {
	p := point{operation: operation(r), subject: keyOf(r)}
	if strings.HasPrefix(p.subject, "input/") {
		p.subject = changing
	}
	var list []namedFault
	for _, fault := range p.faults(f) {
		// After these two the SDK pauses for up to a second, which would only take time.
		if fault.name != "429" && fault.name != "503" {
			list = append(list, fault)
		}
	}
	fault := list[random.IntN(len(list))].fault
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { fault(rw, r, s3) })
}

func (s storm) try(ctx context.Context, p executables) ([]finding, error) {
	command := [][]string{gzip, stumbling, splitting, joining}[s.seed%4]
	return scene{command: command, prepare: func(_ context.Context, f *fixture) (string, error) {
		f.shards, f.attempts = 3, 3
		// The SDK's own attempts are a part of the whole; by the newer of its two rules
		// its pauses are short.
		f.environment = append(f.environment, "AWS_MAX_ATTEMPTS=2", "AWS_NEW_RETRIES_2026=true")
		for i := range uint64(9) {
			if err := f.put(fmt.Sprint("object ", i), noise(1000+int(i), s.seed+i)+"\n"); err != nil {
				return "", err
			}
		}
		if err := f.put("object 4 that is bad", "bad\n"); err != nil { // Only for one of the commands.
			return "", err
		}
		if s.seed%4 < 3 {
			return `{}`, nil
		}
		return ofCSV, f.listAll(s.seed)
	}}.play(ctx, p, func(f *fixture, input string) execution {
		f.suffer(s.harm(f))
		return f.execute(ctx, "run", input)
	})
}

func TestNoStormOfFaultsLosesOrDuplicatesAnObject(t *testing.T) {
	var storms []storm
	for seed := range uint64(max(16, soak())) {
		storms = append(storms, storm{seed})
	}
	tryAll(t, "faults mixed by seeds", storms)
}
