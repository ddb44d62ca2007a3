package chaos

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"

	"batchjobwithlambda/batch/contract"
	fakes3 "batchjobwithlambda/test/account/s3"
)

const (
	bucket       = "bucket"
	inventories  = "inventories"
	outputSuffix = ".out"

	started = "2026-11-22T18:30:00Z"

	exitKilled = 128 + int(syscall.SIGKILL)
)

var (
	inputs  = contract.Location{Bucket: bucket, Prefix: "input/"}
	outputs = contract.Location{Bucket: bucket, Prefix: "output/"}
	runs    = contract.Location{Bucket: bucket, Prefix: "runs/"}
)

// kind is what a finding is about.
type kind string

const (
	// lost is an object that was planned, and that a run neither did nor listed as failed.
	lost kind = "lost"
	// duplicated is an object that a run counted twice.
	duplicated kind = "duplicated"
	// halfWritten is an output that at some moment was not the whole output of anything
	// that its input ever was.
	halfWritten kind = "half-written"
	// different is an output that, in the end, is not that of a run without faults.
	different kind = "output differences"
	// wrong is anything else: a program that ended in a way that it must not.
	wrong kind = "wrong"
)

// finding is something that must not be.
type finding struct {
	kind kind
	text string
}

// fixture is an S3, the programs of a pipeline, and the fault that is put between them.
type fixture struct {
	executables
	s3      *fakes3.Store
	server  *fakes3.Server
	folder  string
	command contract.Command
	// environment is what the programs get beside their settings.
	environment []string
	shards      int
	// attempts is how often a shard is tried, and exitCodes are how an attempt may end.
	attempts  int
	exitCodes []int

	// arrivals is the queue that tells the planner what has arrived; nil for none.
	arrivals *arrivals

	// planned happens once a run is planned; nil is nothing.
	planned func(ctx context.Context, f *fixture, plan contract.Plan)
	// begun is how many attempts of the job there were before those that the run makes.
	begun int

	// putting is held while an input changes, so that what S3 has is what inputs has.
	putting sync.Mutex

	mu sync.Mutex
	// running is the program that is, and harm what is done to its requests; nil is none.
	running string
	harm    fault
	// kill sends the running program a signal.
	kill func(syscall.Signal)
	// inputs has each input's content, which is nil if it was deleted, and versions all that it had.
	inputs   map[string]*string
	versions map[string][]string
	// rows has what the list of the runs says, by the key of an object; nil if there is no list.
	rows map[string]row
	// may has, by the key of an output, what its input's contents make.
	may map[string][]string
	// stored is how often each run has stored an output, by the run's name and the key.
	stored map[string]int
	found  []finding
}

// fault is what happens to a request instead of, before or after what should.
type fault func(w http.ResponseWriter, r *http.Request, s3 http.Handler)

func newFixture(p executables, command ...string) (*fixture, error) {
	directory, err := os.MkdirTemp(folder, "chaos-")
	if err != nil {
		return nil, err
	}
	f := &fixture{
		executables: p,
		folder:      directory,
		s3:          fakes3.NewStore(directory, bucket, inventories),
		command:     command,
		shards:      1,
		attempts:    2,
		exitCodes:   []int{contract.ExitDone, contract.ExitTryAgain, contract.ExitStopped, exitKilled},
		inputs:      map[string]*string{},
		versions:    map[string][]string{},
		may:         map[string][]string{},
		stored:      map[string]int{},
	}
	if f.server, err = fakes3.Serve(f.s3, f.between, f.watch, f.serveQueue); err != nil {
		return nil, err
	}
	f.environment = []string{
		"AWS_ENDPOINT_URL=" + f.server.URL,
		"AWS_REGION=eu-north-1",
		"AWS_ACCESS_KEY_ID=AKIDEXAMPLE",
		"AWS_SECRET_ACCESS_KEY=secret",
		// The SDK's own attempts would hide from the programs what is done to them, and wait in between.
		"AWS_MAX_ATTEMPTS=1",
	}
	return f, nil
}

func (f *fixture) close() {
	f.server.Close()
	os.RemoveAll(f.folder)
}

func (f *fixture) report(kind kind, format string, values ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.found = append(f.found, finding{kind, fmt.Sprintf(format, values...)})
}

func (f *fixture) between(s3 http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		harm := f.harm
		f.mu.Unlock()
		if harm == nil {
			s3.ServeHTTP(rw, r)
			return
		}
		harm(rw, r, s3)
	})
}

// watch looks at an output after every request that may have changed it.
func (f *fixture) watch(s3 http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		answer := &answer{ResponseWriter: rw, status: http.StatusOK}
		s3.ServeHTTP(answer, r)
		key := keyOf(r)
		if r.Method == http.MethodGet || r.Method == http.MethodHead || !strings.HasPrefix(key, "output/") {
			return
		}
		input := f.inputOf(key)
		content, ok := f.output(input)
		if !ok {
			return
		}
		if !f.mayBe(outputKey(input), content) {
			f.report(halfWritten, "%s has %d bytes that no version of its input makes", key, len(content))
		}
		stores := operation(r) == "put" || operation(r) == "complete"
		if stores && key == f.completing(input) && answer.status == http.StatusOK {
			output, _ := f.s3.Get(bucket, key)
			f.countStored(output.Metadata[contract.MetadataRun], key)
		}
	})
}

// answer knows the status of an answer.
type answer struct {
	http.ResponseWriter
	status int
}

func (a *answer) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func (f *fixture) countStored(run, key string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stored[run+" "+key]++
}

func keyOf(r *http.Request) string { return strings.TrimPrefix(r.URL.Path, "/"+bucket+"/") }

// read returns an object's content, whatever replaces it meanwhile.
func (f *fixture) read(key string) (string, bool) {
	for {
		if _, ok := f.s3.Get(bucket, key); !ok {
			return "", false
		}
		if content, err := f.s3.Read(bucket, key); err == nil {
			return string(content), true
		}
	}
}

// use has runs use another command from now on.
func (f *fixture) use(command ...string) error {
	f.command = command
	return f.allowNow()
}

// mayBe is whether the content is what some version of an output's input makes.
func (f *fixture) mayBe(output, content string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Contains(f.may[output], content)
}

// put puts an input.
func (f *fixture) put(name, content string) error {
	f.putting.Lock()
	defer f.putting.Unlock()
	if err := f.allow("input/"+name, content); err != nil {
		return err
	}
	_, err := f.s3.Put(bucket, "input/"+name, strings.NewReader(content), nil)
	return err
}

// remove deletes an input.
func (f *fixture) remove(name string) {
	f.putting.Lock()
	defer f.putting.Unlock()
	f.mu.Lock()
	f.inputs["input/"+name] = nil
	f.mu.Unlock()
	f.s3.Delete(bucket, "input/"+name)
}

func outputKey(key string) string { return "output/" + strings.TrimPrefix(key, "input/") + ".out" }

// suffer has the fault happen from now on, while the program runs; nil ends it.
func (f *fixture) suffer(harm fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.harm = harm
}

// run notes which program is running, and what sends it a signal.
func (f *fixture) run(program string, kill func(syscall.Signal)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.running, f.kill = program, kill
}

// signal sends the running program a signal.
func (f *fixture) signal(signal syscall.Signal) {
	f.mu.Lock()
	kill := f.kill
	f.mu.Unlock()
	kill(signal)
}

func (f *fixture) isRunning() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.running
}
