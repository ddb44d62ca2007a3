package doctor

import (
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
	cfntypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	keytypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	functiontypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"batchjobwithlambda/batch/operate/cost"
	"batchjobwithlambda/batch/operate/runs"
)

// Facts are what AWS says of a pipeline and of one of its runs. What could not be asked, or is
// not there, is zero.
type Facts struct {
	// Environment is the name that make takes.
	Environment string
	Stack       cfntypes.Stack
	Keys        []keytypes.KeyMetadata
	// Environments and Queues are those of the stack, and Quotas what those are that bound them.
	Environments []batchtypes.ComputeEnvironmentDetail
	Queues       []batchtypes.JobQueueDetail
	Quotas       map[Quota]float64
	// Definition is what the jobs of the next run are, Size what each has, and Image what is known of
	// its image.
	Definition *batchtypes.JobDefinition
	Size       cost.Size
	Image      Image
	Network    Network
	Functions  []Function
	// Unreserved is how many invocations at once the account has for functions that set none aside.
	Unreserved *int32
	// MayNot are actions that roles of the stack need, and are not allowed.
	MayNot  []MayNot
	Buckets []Bucket
	// Silent is the name of a bucket that should send its events, and does not; empty if there is none.
	Silent string
	// Run is nil if nothing has run yet; Job is what it has submitted, if it has.
	Run *runs.Run
	Job *batchtypes.JobDetail
	// First are the jobs at the heads of the queues.
	First []batchtypes.JobDetail
	// Stuck are jobs of the run that are RUNNABLE, and Failed a few of those that failed.
	Stuck, Failed []batchtypes.JobDetail
	Notices
	NotChecked []NotChecked
}

// Image is what is known of the job's image.
type Image struct {
	Missing bool
	// Architectures are those that the image has, as Docker calls them; none if that is not known.
	Architectures []string
}

// Function is a function of the stack.
type Function struct {
	Name        string
	State       functiontypes.State
	StateReason string
	// Reserved is how many invocations at once are set aside for it; nil if none are.
	Reserved *int32
}

// MayNot is an action that a role needs, and is not allowed.
type MayNot struct {
	Role, Action, Resource string
	// By is what denies it, in the words of IAM: implicitDeny or explicitDeny, and whose policy.
	By string
}

// Bucket is one that the pipeline reads or writes.
type Bucket struct {
	Name string
	// Error is what S3 answered when it was asked for the bucket; empty if it is there.
	Error string
	// Denies are the actions that the bucket's policy denies to everybody, whatever the circumstances.
	Denies []string
	// NotLetIn are roles of the pipeline that the policy of another account's bucket does not name.
	NotLetIn []string
	// Ownership is who owns what others write to it; empty if that is not known.
	Ownership string
	// Written says that the pipeline writes to the bucket.
	Written bool
}

// NotChecked is something that could not be asked.
type NotChecked struct {
	// Needs is the action of IAM that it takes, and Denied says that it is not allowed.
	Needs  string
	Denied bool
	Err    error
}
