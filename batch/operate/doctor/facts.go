package doctor

import (
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
	cfntypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"batchjobwithlambda/batch/operate/runs"
)

// Facts are what AWS says of a pipeline and of one of its runs. What could not be asked, or is
// not there, is zero.
type Facts struct {
	// Environment is the name that make takes.
	Environment string
	Stack       cfntypes.Stack
	// Environments and Queues are those of the stack.
	Environments []batchtypes.ComputeEnvironmentDetail
	Queues       []batchtypes.JobQueueDetail
	// Definition is what the jobs of the next run are. The image that it names is missing if
	// ImageMissing is set.
	Definition   *batchtypes.JobDefinition
	ImageMissing bool
	// Run is nil if nothing has run yet; Job is what it has submitted, if it has.
	Run *runs.Run
	Job *batchtypes.JobDetail
	// Stuck are jobs of the run that are RUNNABLE, and Failed a few of those that failed.
	Stuck, Failed []batchtypes.JobDetail
	// DeadLetters says how many messages are in each dead-letter queue, by its URL.
	DeadLetters map[string]int
	// Refused are the errors of what could not be asked.
	Refused []error
}
