package contract

import (
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// The settings reach a program as environment variables. Each kind of settings says
// once which variables it becomes, for the stack, and is read back from the same
// names by the program.

// PlanSettings are the settings of the function that plans a run.
type PlanSettings struct {
	// Input has the objects to work on.
	Input Location `env:"INPUT,notEmpty"`
	// Output and OutputSuffix make an output's address of an object's key; see [Outputs].
	Output       Location `env:"OUTPUT,notEmpty"`
	OutputSuffix string   `env:"OUTPUT_SUFFIX"`
	// Runs has the pipeline's own files.
	Runs Location `env:"RUNS,notEmpty"`
	// Buckets has what is special about the buckets of these locations.
	Buckets Buckets `env:"BUCKETS"`
	// InventoryBucket is where S3 leaves the inventories of Input's bucket; empty if there are none.
	InventoryBucket string `env:"INVENTORY_BUCKET"`
	// Arrivals is the URL of the queue that tells which objects have arrived; empty if none does.
	Arrivals string `env:"ARRIVALS"`
	// MaxShards is how many shards a run may have, 1 to [MaxArraySize].
	MaxShards int `env:"MAX_SHARDS,notEmpty"`
	// ShardTime is how long a job should work.
	ShardTime time.Duration `env:"SHARD_TIME,notEmpty"`
	// ShardBytes is how much a job should have at the most, an object counting as its size and
	// 1 MiB; 0 is no bound.
	ShardBytes int64 `env:"SHARD_BYTES,notEmpty"`
	// JobDiskGiB is the size of the disk that a job has for objects; 0 if it is not known.
	JobDiskGiB int `env:"JOB_DISK_GIB,notEmpty"`
	// RunLimit is how long an execution may take, for which no other may begin; 0 lets them overlap.
	RunLimit time.Duration `env:"RUN_LIMIT,notEmpty"`
}

// Variables returns the settings as environment variables.
func (s PlanSettings) Variables() map[string]string {
	variables := map[string]string{
		"INPUT":         s.Input.String(),
		"OUTPUT":        s.Output.String(),
		"OUTPUT_SUFFIX": s.OutputSuffix,
		"RUNS":          s.Runs.String(),
		"MAX_SHARDS":    strconv.Itoa(s.MaxShards),
		"SHARD_TIME":    s.ShardTime.String(),
		"SHARD_BYTES":   strconv.FormatInt(s.ShardBytes, 10),
		"JOB_DISK_GIB":  strconv.Itoa(s.JobDiskGiB),
		"RUN_LIMIT":     s.RunLimit.String(),
	}
	if s.InventoryBucket != "" {
		variables["INVENTORY_BUCKET"] = s.InventoryBucket
	}
	if s.Arrivals != "" {
		variables["ARRIVALS"] = s.Arrivals
	}
	maps.Copy(variables, s.Buckets.variables())
	return variables
}

// Check returns an error when a setting is out of its bounds.
func (s PlanSettings) Check() error {
	var shards, shardTime, bytes, limit error
	if s.MaxShards < 1 || s.MaxShards > MaxArraySize {
		shards = fmt.Errorf("MAX_SHARDS: got %d, want 1 to %d", s.MaxShards, MaxArraySize)
	}
	if s.ShardTime <= 0 {
		shardTime = fmt.Errorf("SHARD_TIME: got %s, want more than 0", s.ShardTime)
	}
	if s.ShardBytes < 0 {
		bytes = fmt.Errorf("SHARD_BYTES: got %d, want 0 or more", s.ShardBytes)
	}
	if s.RunLimit < 0 {
		limit = fmt.Errorf("RUN_LIMIT: got %s, want 0 or more", s.RunLimit)
	}
	return errors.Join(shards, shardTime, bytes, limit)
}

// CollectSettings are the settings of the function that adds up a run.
type CollectSettings struct {
	// Input has the objects, and Output and OutputSuffix make an output's address of an
	// object's key; see [Outputs].
	Input        Location `env:"INPUT,notEmpty"`
	Output       Location `env:"OUTPUT,notEmpty"`
	OutputSuffix string   `env:"OUTPUT_SUFFIX"`
	// Runs has the pipeline's own files.
	Runs Location `env:"RUNS,notEmpty"`
	// Buckets has what is special about the buckets of these locations.
	Buckets Buckets `env:"BUCKETS"`
	// Environment and Pipeline are the names that a person knows the pipeline by, such as
	// "prod" and "thumbnails".
	Environment string `env:"ENVIRONMENT,notEmpty"`
	Pipeline    string `env:"PIPELINE,notEmpty"`
}

// Variables returns the settings as environment variables.
func (s CollectSettings) Variables() map[string]string {
	variables := map[string]string{
		"INPUT":         s.Input.String(),
		"OUTPUT":        s.Output.String(),
		"OUTPUT_SUFFIX": s.OutputSuffix,
		"RUNS":          s.Runs.String(),
		"ENVIRONMENT":   s.Environment,
		"PIPELINE":      s.Pipeline,
	}
	maps.Copy(variables, s.Buckets.variables())
	return variables
}

// Check returns nil: each setting may be whatever it can be read as.
func (CollectSettings) Check() error { return nil }

// WorkSettings are the settings of the job.
type WorkSettings struct {
	// Input has the objects to work on.
	Input Location `env:"INPUT,notEmpty"`
	// Output and OutputSuffix make an output's address of an input's key; see [Outputs].
	Output       Location `env:"OUTPUT,notEmpty"`
	OutputSuffix string   `env:"OUTPUT_SUFFIX"`
	// Buckets has what is special about the buckets of these locations.
	Buckets Buckets `env:"BUCKETS"`
	// Concurrency is how many commands run at once: as many as the job has vCPUs.
	Concurrency int `env:"CONCURRENCY,notEmpty"`
	// ObjectLimit is how long the command may work on one object; 0 is without a limit.
	ObjectLimit time.Duration `env:"OBJECT_LIMIT,notEmpty"`
	// MemoryMiB is the memory of the job.
	MemoryMiB int `env:"MEMORY_MIB,notEmpty"`
	// Scratch is a directory that the job may write to.
	Scratch string `env:"SCRATCH,notEmpty"`
	// StoreAs is how outputs are stored.
	StoreAs StoreAs `envPrefix:"STORE_"`
	// Batch is for a command with [InFiles].
	Batch Batch `envPrefix:"BATCH_"`
	// Files has the files of [FilesDir]; there is none if the command does not read any.
	Files Location `env:"FILES"`
}

// Variables returns the settings as environment variables.
func (s WorkSettings) Variables() map[string]string {
	variables := map[string]string{
		"INPUT":         s.Input.String(),
		"OUTPUT":        s.Output.String(),
		"OUTPUT_SUFFIX": s.OutputSuffix,
		"CONCURRENCY":   strconv.Itoa(s.Concurrency),
		"OBJECT_LIMIT":  s.ObjectLimit.String(),
		"MEMORY_MIB":    strconv.Itoa(s.MemoryMiB),
		"SCRATCH":       s.Scratch,
	}
	maps.Copy(variables, s.StoreAs.variables())
	if s.Files.Bucket != "" {
		variables["FILES"] = s.Files.String()
	}
	maps.Copy(variables, s.Batch.variables())
	maps.Copy(variables, s.Buckets.variables())
	return variables
}

// Check returns an error when a setting is out of its bounds.
func (s WorkSettings) Check() error {
	var errs []error
	if s.Concurrency < 1 || s.Concurrency > 64 {
		errs = append(errs, fmt.Errorf("CONCURRENCY: got %d, want 1 to 64", s.Concurrency))
	}
	if s.ObjectLimit < 0 {
		errs = append(errs, fmt.Errorf("OBJECT_LIMIT: got %s, want 0 or more", s.ObjectLimit))
	}
	if s.MemoryMiB < 1 {
		errs = append(errs, fmt.Errorf("MEMORY_MIB: got %d, want 1 or more", s.MemoryMiB))
	}
	if min(int64(s.Batch.Objects), s.Batch.Bytes) < 0 {
		errs = append(errs, fmt.Errorf("BATCH_OBJECTS and BATCH_BYTES: got %+v, want no negative number", s.Batch))
	}
	return errors.Join(errs...)
}

// ReadSettings reads one of the kinds of settings from the variables, given as
// os.Environ gives them. It returns at once all variables that are missing or not of
// their type, or else all that are out of their bounds.
func ReadSettings[T interface{ Check() error }](variables []string) (T, error) {
	settings, err := env.ParseAsWithOptions[T](env.Options{Environment: env.ToMap(variables)})
	if err == nil {
		err = settings.Check()
	}
	if err != nil {
		return settings, fmt.Errorf("environment variables: %w", err)
	}
	return settings, nil
}

// ShardNumber is the number of the job's shard, from the variables that AWS Batch
// sets: an array's child has an index, and a job that is no array's is shard 0
// ("AWS Batch job environment variables", AWS Batch User Guide).
func ShardNumber(variables []string) (int, error) {
	const name = "AWS_BATCH_JOB_ARRAY_INDEX"
	text, ok := env.ToMap(variables)[name]
	if !ok {
		return 0, nil
	}
	number, err := strconv.Atoi(text)
	if err != nil || number < 0 || number >= MaxArraySize || strings.HasPrefix(text, "+") {
		return 0, fmt.Errorf("environment variables: %s: got %q, want 0 to %d", name, text, MaxArraySize-1)
	}
	return number, nil
}
