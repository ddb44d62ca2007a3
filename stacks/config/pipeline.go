package config

import (
	"time"

	"batchjobwithlambda/batch/contract"
)

// DefaultPipeline is the name of a pipeline that was given none.
const DefaultPipeline = "main"

// Pipeline runs one command over every object of its input.
type Pipeline struct {
	// Name tells the pipelines of an environment apart, 1 to 20 lower-case letters, digits and hyphens; default: main.
	Name string
	// Command is the program and its arguments, run for each object without a shell, up to 1,024 bytes; no default.
	Command []string
	// Parameters are the defaults of the command's {param.NAME}, by name, which an execution may set; default: none.
	Parameters map[string]string
	// Variables are environment variables of the command, by name; default: none.
	Variables map[string]string
	// Secrets are ARNs of Secrets Manager or Parameter Store, by the variables that get their values; default: none.
	Secrets map[string]string
	// Image is an image for Linux that has the program, by version or digest; default: that of batch/Dockerfile.
	Image string
	// Input is where the objects to work on are.
	Input Place
	// Output is where the outputs go: apart from the input and from the files of runs.
	Output Place
	// OutputSuffix ends an output's key, or that of the folder {outdir}, such as .gz: up to 50 letters,
	// digits, '.', '_' and '-'; default: none.
	OutputSuffix string
	// StoreAs is how outputs are stored.
	StoreAs StoreAs
	// Shards is how a run is cut into jobs.
	Shards Shards
	// Job is the size of one job, and how often it is tried.
	Job Job
	// RunLimit is how long an execution may take, from planning to notifying, up to a year; default: 2 hours, or 4
	// with a larger job.
	RunLimit time.Duration
	// QueueLimit is how long a job that cannot start may block the queue, 10 minutes to 24 hours; default: 30 minutes.
	QueueLimit time.Duration
	// Priority decides whose jobs start first among the pipelines, 1 to 1,000, the highest first; default: 1.
	Priority int
	// ToleratedFailurePercentage is the share of a run's objects that may fail before the run does, 0 to 100; default: 0.
	ToleratedFailurePercentage float64
	// MonthlyDollars is what the pipeline may cost in a month before the topic is told, 1 or more; default: none.
	MonthlyDollars int
	// Inventory is how often S3 itself lists the input, for the largest runs: none, daily or weekly; default: none.
	Inventory Inventory
	// Schedule starts runs by the clock.
	Schedule Schedule
	// Arrivals starts runs of the objects that arrive.
	Arrivals Arrivals
}

// Place is everything in a bucket whose key begins with a prefix.
type Place struct {
	// Bucket is an existing bucket; default: a bucket of the stack's own.
	Bucket string
	// Prefix is one to four folders ending in slashes, or / for all of an existing bucket; default: input/ and output/.
	Prefix string
	// Account is the only account that an existing bucket may belong to, 12 digits; default: that of the stack.
	Account string
	// Key is the ARN of the KMS key that an existing bucket encrypts with by default; default: none.
	Key string
	// Region is where an existing bucket is, which an isolated network does not reach; default: that of the stack.
	Region string
	// RequesterPays agrees to pay for the requests to an existing bucket of another account's; default: false.
	RequesterPays bool
}

// WholeBucket is the prefix of a place that is all of its bucket.
const WholeBucket = "/"

// KeyPrefix is what the keys of all objects in the place begin with.
func (p Place) KeyPrefix() string {
	if p.Prefix == WholeBucket {
		return ""
	}
	return p.Prefix
}

// Buckets is what a client has to know of the pipeline's existing buckets.
func (p Pipeline) Buckets() contract.Buckets {
	buckets := contract.Buckets{}
	for _, place := range []Place{p.Input, p.Output} {
		if place.Region != "" || place.RequesterPays {
			buckets[place.Bucket] = contract.Bucket{Region: place.Region, RequesterPays: place.RequesterPays}
		}
	}
	return buckets
}

// Shards limits how a run is cut into jobs.
type Shards struct {
	// Max is how many jobs a run may have, 1 to 10,000; default: 10,000.
	Max int
	// Target is how long a job should work, 1 minute to half of AttemptLimit; default: 10 minutes, or that half.
	Target time.Duration
	// Bytes is how much a job should have at the most, an object counting as its size and 1 MiB; default: no bound.
	Bytes int64
}
