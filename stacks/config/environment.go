package config

// Environment is one copy of everything: a stack of its own, in which pipelines share the
// network, the compute environments, the key and the topic.
type Environment struct {
	// Name is part of the stack's name: 1 to 20 lower-case letters, digits and hyphens, a letter first; no default.
	Name string
	// Account is the only AWS account that the stack may be deployed to, 12 digits; default: any.
	Account string
	// Region is the only region that the stack may be deployed to, such as eu-north-1; default: any.
	Region string
	// Network is where jobs run.
	Network Network
	// Compute is what jobs run on.
	Compute Compute
	// Retention is what is kept, and for how long.
	Retention Retention
	// Security is what costs by the month, and what an auditor asks for.
	Security Security
	// Notifications is who is told how runs went.
	Notifications Notifications
	// Alarms adds five alarms to each pipeline, which CloudWatch bills by the month; default: false.
	Alarms bool
	// NoDashboard leaves out the dashboard, one for all pipelines: three are free in an account, a fourth costs
	// $3 a month; default: false.
	NoDashboard bool
	// Tags are put on jobs and on every resource but those of AWS Batch, which a tag would replace; default: none.
	Tags map[string]string
	// PermissionsBoundary is the policy that bounds every role, as an ARN or by its name; default: none.
	PermissionsBoundary string
	// Qualifier is what the account was bootstrapped with, if not with the CDK's own: up to 10 letters and digits.
	Qualifier string
	// Pipelines are the pipelines in the environment, 1 or more, each with a name of its own; no default.
	Pipelines []Pipeline
}

// Retention is what is kept, and for how long.
type Retention struct {
	// LogDays is how many days logs are kept, one of the numbers that CloudWatch Logs allows; default: 14.
	LogDays int
	// RunDays is how many days the files of a run (manifest, results, report) are kept, 1 or more; default: 30.
	RunDays int
	// Versioned keeps what was overwritten or deleted in the buckets for 30 days; default: false.
	Versioned bool
	// KeepData keeps buckets, logs and key when the stack is deleted; default: false.
	KeepData bool
	// Protected refuses to delete the stack; set it once the first deployment has succeeded; default: false.
	Protected bool
}

// Security is what hardens an environment.
type Security struct {
	// CustomerKey encrypts buckets, logs and topic with a key of the account's own; default: false.
	CustomerKey bool
	// AuditLogs logs every request to the stack's buckets and every connection of its own network; default: false.
	AuditLogs bool
	// FunctionConcurrency is how many invocations are set aside for each function, 2 or more; default: none.
	FunctionConcurrency int
}

// Notifications is who is told how runs went.
type Notifications struct {
	// Email is the address that the topic sends to, once its owner has confirmed; default: nobody.
	Email string
	// Chat adds a topic for Slack or Microsoft Teams, by Amazon Q Developer in chat applications; default: false.
	Chat bool
}

// StackName is the name of the environment's stack.
func (e Environment) StackName() string { return "BatchJobWithLambda-" + e.Name }
