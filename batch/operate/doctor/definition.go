package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
)

var definitionCheck = Check{
	Name:  "definition",
	Asks:  "May the next run submit its job definition?",
	Known: "batch:DescribeJobDefinitions, status",
	look: func(facts Facts, found func(Trouble)) {
		if facts.Definition == nil || aws.ToString(facts.Definition.Status) != "INACTIVE" {
			return
		}
		found(Trouble{
			Wrong: "job definition " + aws.ToString(facts.Definition.JobDefinitionArn) +
				" is INACTIVE: somebody has deregistered it",
			Mend: "change a setting of the job, such as Job.AttemptLimit, and " + deploy(facts) +
				", which registers a new revision",
		})
	},
}

var imageCheck = Check{
	Name:  "image",
	Asks:  "Is the job's image in its repository, and for the job's architecture?",
	Known: "ecr:BatchGetImage, and the image's configuration by ecr:GetDownloadUrlForLayer",
	look: func(facts Facts, found func(Trouble)) {
		if facts.Definition == nil || facts.Definition.ContainerProperties == nil {
			return
		}
		image := aws.ToString(facts.Definition.ContainerProperties.Image)
		if facts.Image.Missing {
			found(Trouble{
				Wrong: "image " + image + " is not in its repository",
				Mend:  deploy(facts) + ", which pushes it again",
			})
			return
		}
		has, wants := facts.Image.Architectures, architecture(facts.Definition.ContainerProperties.RuntimePlatform)
		if len(has) == 0 || slices.Contains(has, wants) {
			return
		}
		found(Trouble{
			Wrong: fmt.Sprintf("image %s is for %s, and the job runs on %s", image, strings.Join(has, ", "), wants),
			Mend:  "make Job.Architecture that of Image in stacks/environments/environments.go, then " + deploy(facts),
		})
	},
}

// architecture is the platform's, as Docker calls it; without one, AWS Batch takes x86.
func architecture(platform *batchtypes.RuntimePlatform) string {
	if platform != nil && strings.EqualFold(aws.ToString(platform.CpuArchitecture), "ARM64") {
		return "arm64"
	}
	return "amd64"
}

var revisionCheck = Check{
	Name:  "revision",
	Asks:  "Did the run have the job definition that is deployed now?",
	Known: "batch:DescribeJobs, jobDefinition, beside the stack's output JobDefinition",
	look: func(facts Facts, found func(Trouble)) {
		if facts.Job == nil || facts.Definition == nil || facts.Job.JobDefinition == nil {
			return
		}
		ran, now := aws.ToString(facts.Job.JobDefinition), aws.ToString(facts.Definition.JobDefinitionArn)
		if ran == now || facts.Run == nil || !facts.Run.Status.HasFailed() {
			return
		}
		found(Trouble{
			Wrong: fmt.Sprintf("the run had job definition %s, and %s is deployed since: it may be mended already", ran, now),
			Mend:  again(facts),
		})
	},
}
