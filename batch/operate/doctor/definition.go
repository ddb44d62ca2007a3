package doctor

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
)

var definitionCheck = Check{
	Name:  "definition",
	Asks:  "May the next run submit its job definition?",
	Known: "batch:DescribeJobDefinitions, status",
	look: func(facts Facts) []Trouble {
		if facts.Definition == nil || aws.ToString(facts.Definition.Status) != "INACTIVE" {
			return nil
		}
		return []Trouble{{
			Wrong: "job definition " + aws.ToString(facts.Definition.JobDefinitionArn) +
				" is INACTIVE: somebody has deregistered it",
			Mend: "change a setting of the job, such as Job.AttemptLimit, and " + deploy(facts) +
				", which registers a new revision",
		}}
	},
}

var imageCheck = Check{
	Name:  "image",
	Asks:  "Is the job's image in its repository?",
	Known: "ecr:DescribeImages",
	look: func(facts Facts) []Trouble {
		if !facts.ImageMissing || facts.Definition == nil || facts.Definition.ContainerProperties == nil {
			return nil
		}
		return []Trouble{{
			Wrong: "image " + aws.ToString(facts.Definition.ContainerProperties.Image) + " is not in its repository",
			Mend:  deploy(facts) + ", which pushes it again",
		}}
	},
}

var revisionCheck = Check{
	Name:  "revision",
	Asks:  "Did the run have the job definition that is deployed now?",
	Known: "batch:DescribeJobs, jobDefinition, beside the stack's output JobDefinition",
	look: func(facts Facts) []Trouble {
		if facts.Job == nil || facts.Definition == nil || facts.Job.JobDefinition == nil {
			return nil
		}
		ran, now := aws.ToString(facts.Job.JobDefinition), aws.ToString(facts.Definition.JobDefinitionArn)
		if ran == now || facts.Run == nil || !facts.Run.Status.HasFailed() {
			return nil
		}
		return []Trouble{{
			Wrong: fmt.Sprintf("the run had job definition %s, and %s is deployed since: it may be mended already", ran, now),
			Mend:  again(facts),
		}}
	},
}
