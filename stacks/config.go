package stacks

import (
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/stacks/limits"
)

// Config is everything that one environment of the pipeline may choose. The
// environments are the literals in environments.go.
type Config struct {
	// Environment is the name of this copy of the pipeline, part of the stack's
	// name: lower-case letters, digits and hyphens, 20 characters at the most.
	Environment string

	// Command is run for each object: reads stdin and writes stdout, or takes the
	// files {in} and {out}. The image in batch/ must have the program.
	Command []string
	// InputPrefix and OutputPrefix part the bucket: what is below the one is read,
	// what is below the other is written. Each ends in a slash; neither holds the other.
	InputPrefix  string
	OutputPrefix string
	// OutputSuffix ends an output's key, such as ".gz"; it may be empty.
	OutputSuffix string

	Shards Shards
	Job    JobSize

	// RunLimit is how long an execution may take in all. It must leave time for
	// planning, for every attempt of a job, and for collecting.
	RunLimit time.Duration
	// QueueLimit is how long a job that cannot start may block the queue before it
	// is cancelled: 10 minutes to 24 hours.
	QueueLimit time.Duration
	// MaxVCPUs is how many vCPUs may run at once on Spot, and again on plain Fargate
	// if Spot has none: 1 to 10,000, and no less than one job needs.
	MaxVCPUs int
	// ToleratedFailurePercentage is the share of a run's objects, 0 to 100, that may
	// fail before the run does.
	ToleratedFailurePercentage float64

	// Inventory is how often S3 itself lists what there is to do, for runs that are too
	// large to list it themselves.
	Inventory Inventory
	// Network is where the jobs run.
	Network Network
	// Retention is what is kept, and for how long.
	Retention Retention
	// Security is what costs by the month, and what an auditor asks for.
	Security Security
	// NotificationEmail is whom the topic tells; empty for nobody yet.
	NotificationEmail string
	// Alarms adds alarms and a dashboard, which CloudWatch bills by the month.
	Alarms bool
}

// Security is what hardens an environment.
type Security struct {
	// CustomerKey encrypts bucket, logs and topic with a key of the account's own.
	CustomerKey bool
	// AuditLogs keeps a log of every request to the bucket and every connection of the
	// network, for as long as other logs.
	AuditLogs bool
	// FunctionConcurrency is how many invocations are set aside for each function: 0
	// for none, else 2 or more, so that two runs can be planned at once.
	FunctionConcurrency int
}

// Shards limits how a run is cut into jobs.
type Shards struct {
	// Max is how many jobs a run may have: 1 to 10,000.
	Max int
	// Bytes is how much work is worth a job of its own, 1 or more. An object weighs
	// its size and a MiB.
	Bytes int64
}

// JobSize is the size of one job and how often it is tried.
type JobSize struct {
	// VCPU and MemoryMiB must be one of Fargate's pairs. A job works on as many
	// objects at once as it has whole vCPUs.
	VCPU      float64
	MemoryMiB int
	// Architecture is what the image is built for.
	Architecture Architecture
	// Attempts is how often a job may start: 1 to 10.
	Attempts int
	// AttemptLimit is how long one attempt may take: 60 s or more.
	AttemptLimit time.Duration
}

// Architecture is a kind of processor.
type Architecture string

// The architectures of Fargate.
const (
	ARM64 Architecture = "arm64"
	X8664 Architecture = "x86_64"
)

// Inventory is how often S3 makes an inventory of the bucket's input.
type Inventory string

const (
	// NoInventory leaves it out: a run can list ten million objects in a minute or two.
	NoInventory Inventory = "none"
	// Daily and Weekly keep each inventory for 30 days; the first comes within 48 hours.
	Daily  Inventory = "daily"
	Weekly Inventory = "weekly"
)

// Network is a kind of network.
type Network string

const (
	// Public gives a job a public address and no way in: nothing to pay while idle.
	Public Network = "public"
	// Isolated has no route out, only endpoints to the services that a job and the
	// functions need: those cost by the hour, see the README.
	Isolated Network = "isolated"
)

// Retention is what is kept, and for how long.
type Retention struct {
	// LogDays is how long logs are kept: one of the numbers that CloudWatch Logs knows.
	LogDays int
	// RunDays is how long the files of a run (manifest, results, report) are kept: 1 or more.
	RunDays int
	// Versioned keeps what was overwritten or deleted in the bucket for 30 days.
	Versioned bool
	// KeepData keeps the bucket and the logs when the stack is deleted.
	KeepData bool
}

// Limits of AWS that Config is checked against.
const (
	maxJobAttempts     = 10               // "Automated job retries", AWS Batch User Guide.
	minAttemptLimit    = time.Minute      // "Job timeouts", AWS Batch User Guide.
	minQueueLimit      = 10 * time.Minute // "JobStateTimeLimitAction", AWS Batch API Reference.
	maxQueueLimit      = 24 * time.Hour   // The same.
	maxExecutionLimit  = 365 * 24 * time.Hour
	maxVCPUs           = 10_000
	maxEnvironmentName = 20
)

var (
	environmentName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

	// logDays are the numbers of days that "PutRetentionPolicy", Amazon CloudWatch
	// Logs API Reference, allows.
	logDays = []int{
		1,
		3,
		5,
		7,
		14,
		30,
		60,
		90,
		120,
		150,
		180,
		365,
		400,
		545,
		731,
		1096,
		1827,
		2192,
		2557,
		2922,
		3288,
		3653,
	}
)

// LoadConfig returns the configuration of the environment that the context key
// "env" names. It returns an error when there is no such environment, or one with
// everything that is wrong with its configuration.
func LoadConfig(app constructs.Construct) (Config, error) {
	name := app.Node().TryGetContext(new("env"))
	names := make([]string, 0, len(environments))
	for _, config := range environments {
		if config.Environment == name {
			return config, config.Validate()
		}
		names = append(names, config.Environment)
	}
	return Config{}, fmt.Errorf("context env %v: allowed is %s: change it on the command line (-c env=%s) or in cdk.json",
		name, strings.Join(names, " or "), names[0])
}

// Validate returns an error that names everything that is wrong, each with the
// value, what is allowed, and where to change it.
func (c Config) Validate() error {
	v := validator{environment: c.Environment}
	v.check(
		environmentName.MatchString(c.Environment) && len(c.Environment) <= maxEnvironmentName,
		"Environment",
		c.Environment,
		fmt.Sprintf("1 to %d lower-case letters, digits and hyphens, a letter first", maxEnvironmentName),
	)
	if err := contract.Command(c.Command).Check(); err != nil {
		v.add("Command", err)
	}
	v.checkPrefixes(c)
	v.check(
		c.Shards.Max >= 1 && c.Shards.Max <= contract.MaxArraySize,
		"Shards.Max",
		c.Shards.Max,
		fmt.Sprintf("1 to %d", contract.MaxArraySize),
	)
	v.check(c.Shards.Bytes >= 1, "Shards.Bytes", c.Shards.Bytes, "1 or more")
	v.checkJob(c.Job)
	v.checkTimes(c)
	v.check(c.MaxVCPUs >= 1 && c.MaxVCPUs <= maxVCPUs && float64(c.MaxVCPUs) >= c.Job.VCPU,
		"MaxVCPUs", c.MaxVCPUs, fmt.Sprintf("1 to %d, and no less than the %v of one job", maxVCPUs, c.Job.VCPU))
	v.check(c.ToleratedFailurePercentage >= 0 && c.ToleratedFailurePercentage <= 100,
		"ToleratedFailurePercentage", c.ToleratedFailurePercentage, "0 to 100")
	v.check(
		slices.Contains([]Inventory{NoInventory, Daily, Weekly}, c.Inventory),
		"Inventory",
		c.Inventory,
		fmt.Sprintf("%s, %s or %s", NoInventory, Daily, Weekly),
	)
	v.check(c.Network == Public || c.Network == Isolated, "Network", c.Network, fmt.Sprintf("%s or %s", Public, Isolated))
	v.check(
		slices.Contains(logDays, c.Retention.LogDays),
		"Retention.LogDays",
		c.Retention.LogDays,
		fmt.Sprintf("one of %v", logDays),
	)
	v.check(c.Retention.RunDays >= 1, "Retention.RunDays", c.Retention.RunDays, "1 or more")
	v.check(
		c.Security.FunctionConcurrency == 0 || c.Security.FunctionConcurrency >= 2,
		"Security.FunctionConcurrency",
		c.Security.FunctionConcurrency,
		"0, or 2 and more",
	)
	if c.NotificationEmail != "" {
		address, err := mail.ParseAddress(c.NotificationEmail)
		v.check(
			err == nil && address.Address == c.NotificationEmail,
			"NotificationEmail",
			c.NotificationEmail,
			"an address such as team@example.com, or none",
		)
	}
	return errors.Join(v.errs...)
}

// validator collects errors, so that whoever configures sees all of them at once.
type validator struct {
	environment string
	errs        []error
}

func (v *validator) check(ok bool, field string, value any, allowed string) {
	if !ok {
		v.add(field, fmt.Errorf("%#v is not allowed: give %s", value, allowed))
	}
}

func (v *validator) add(field string, err error) {
	v.errs = append(v.errs, fmt.Errorf("stacks/environments.go: %s: %s: %w", v.environment, field, err))
}

func (v *validator) checkPrefixes(c Config) {
	taken := map[string]string{contract.RunsPrefix: "the files of runs"}
	for _, prefix := range []struct{ field, value string }{
		{"InputPrefix", c.InputPrefix},
		{"OutputPrefix", c.OutputPrefix},
	} {
		if !prefixPattern.MatchString(prefix.value) {
			v.check(
				false,
				prefix.field,
				prefix.value,
				"one to four folders of up to 50 letters, digits, '.', '_' and '-', each ending in a slash",
			)
			continue
		}
		for other, owner := range taken {
			v.check(!strings.HasPrefix(prefix.value, other) && !strings.HasPrefix(other, prefix.value),
				prefix.field, prefix.value, fmt.Sprintf("a prefix apart from %q, which is for %s", other, owner))
		}
		taken[prefix.value] = prefix.field
	}
	v.check(
		suffixPattern.MatchString(c.OutputSuffix),
		"OutputSuffix",
		c.OutputSuffix,
		"up to 50 letters, digits, '.', '_' and '-', or none",
	)
}

// The prefixes stand in policies, where * and ? are wildcards and ${ begins a
// variable; and a slash at the end keeps input/ from matching input-old/.
var (
	prefixPattern = regexp.MustCompile(`^([A-Za-z0-9._-]{1,50}/){1,4}$`)
	suffixPattern = regexp.MustCompile(`^[A-Za-z0-9._-]{0,50}$`)
)

func (v *validator) checkJob(job JobSize) {
	sizes := limits.FargateMemoryMiB(job.VCPU)
	v.check(len(sizes) > 0, "Job.VCPU", job.VCPU, fmt.Sprintf("one of Fargate's: %v", limits.FargateVCPUs()))
	if len(sizes) > 0 {
		v.check(
			slices.Contains(sizes, job.MemoryMiB),
			"Job.MemoryMiB",
			job.MemoryMiB,
			fmt.Sprintf("for %v vCPU one of %v", job.VCPU, sizes),
		)
	}
	v.check(
		job.Architecture == ARM64 || job.Architecture == X8664,
		"Job.Architecture",
		job.Architecture,
		fmt.Sprintf("%s or %s", ARM64, X8664),
	)
	v.check(
		job.Attempts >= 1 && job.Attempts <= maxJobAttempts,
		"Job.Attempts",
		job.Attempts,
		fmt.Sprintf("1 to %d", maxJobAttempts),
	)
	v.check(
		job.AttemptLimit >= minAttemptLimit && job.AttemptLimit%time.Second == 0,
		"Job.AttemptLimit",
		job.AttemptLimit.String(),
		fmt.Sprintf("whole seconds, %s or more", minAttemptLimit),
	)
}

func (v *validator) checkTimes(c Config) {
	rest := besidesJob(c.Inventory.functionLimit())
	least := time.Duration(c.Job.Attempts)*c.Job.AttemptLimit + rest
	v.check(
		c.RunLimit >= least && c.RunLimit <= maxExecutionLimit && c.RunLimit%time.Second == 0,
		"RunLimit",
		c.RunLimit.String(),
		fmt.Sprintf(
			"whole seconds, %s (%d attempts of %s, and %s for the rest) to a year",
			least,
			c.Job.Attempts,
			c.Job.AttemptLimit,
			rest,
		),
	)
	v.check(
		c.QueueLimit >= minQueueLimit && c.QueueLimit <= maxQueueLimit && c.QueueLimit%time.Second == 0,
		"QueueLimit",
		c.QueueLimit.String(),
		fmt.Sprintf("whole seconds, %s to %s", minQueueLimit, maxQueueLimit),
	)
}

// frequency is what S3 calls it; empty for none.
func (i Inventory) frequency() string {
	return map[Inventory]string{Daily: "Daily", Weekly: "Weekly"}[i]
}

// functionLimit is how long a function may take for as many objects as there may be.
func (i Inventory) functionLimit() time.Duration {
	if i.frequency() == "" {
		return listingLimit
	}
	return inventoryLimit
}

func (r Retention) removal() awscdk.RemovalPolicy {
	if r.KeepData {
		return awscdk.RemovalPolicy_RETAIN
	}
	return awscdk.RemovalPolicy_DESTROY
}

// auditDays is how long audit logs are kept: 0 if there are none.
func (s Security) auditDays(logDays int) int {
	if s.AuditLogs {
		return logDays
	}
	return 0
}

// The time limits of a function: listingLimit leaves time to list, or to add up, ten million
// objects, and inventoryLimit to read and to add up a hundred million of an inventory; Lambda
// allows no more ("Lambda quotas", AWS Lambda Developer Guide).
const (
	listingLimit   = 5 * time.Minute
	inventoryLimit = 15 * time.Minute
)

// GoName is what Go calls the architecture.
func (a Architecture) GoName() string {
	if a == X8664 {
		return "amd64"
	}
	return "arm64"
}
