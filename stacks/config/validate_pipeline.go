package config

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/stacks/limits"
)

var (
	suffixPattern = regexp.MustCompile(`^[A-Za-z0-9._-]{0,50}$`)
	// A registry, if it is not Docker Hub, a name, and a version or a digest ("reference", Docker
	// documentation). It becomes a line of a Dockerfile.
	imagePattern = regexp.MustCompile(
		`^([a-z0-9][a-z0-9.-]*(:\d{1,5})?/)?[a-z0-9]+([._/-]+[a-z0-9]+)*(:[\w.-]{1,128})?(@sha256:[0-9a-f]{64})?$`)
)

func (v *validator) checkPipelines(e Environment) {
	v.check(len(e.Pipelines) > 0, "Pipelines", len(e.Pipelines), "1 or more")
	names := map[string]bool{}
	for i, pipeline := range e.Pipelines {
		p := &validator{at: fmt.Sprintf("%sPipelines[%d].", v.at, i)}
		p.check(isName(pipeline.Name), "Name", pipeline.Name, wantName)
		p.check(!names[pipeline.Name], "Name", pipeline.Name, "a name that no other pipeline has")
		names[pipeline.Name] = true
		p.checkPipeline(pipeline, e)
		p.checkShared(pipeline, e)
		p.check(pipeline.Job.VCPU <= float64(e.Compute.MaxVCPUs), "Job.VCPU", pipeline.Job.VCPU,
			fmt.Sprintf("no more than Compute.MaxVCPUs, which is %d", e.Compute.MaxVCPUs))
		onDemand := float64(e.Compute.MaxOnDemandVCPUs)
		p.check(onDemand <= 0 || pipeline.Job.VCPU <= onDemand, "Job.VCPU", pipeline.Job.VCPU,
			fmt.Sprintf("no more than Compute.MaxOnDemandVCPUs, which is %d", e.Compute.MaxOnDemandVCPUs))
		for j, other := range e.Pipelines[:i] {
			p.check(!overlap(pipeline.Output, other.Output), "Output", pipeline.Output.String(),
				fmt.Sprintf("a place apart from the output of Pipelines[%d], which is %q", j, other.Output))
		}
		v.errs = append(v.errs, p.errs...)
	}
}

func (v *validator) checkPipeline(p Pipeline, e Environment) {
	v.checkCommand(p)
	v.checkVariables(p)
	v.check(isImage(p.Image), "Image", p.Image,
		"a reference with a version or a digest such as public.ecr.aws/docker/library/python:3.13-slim, or none")
	v.checkPlaces(p, e.Region, e.Network)
	v.check(suffixPattern.MatchString(p.OutputSuffix), "OutputSuffix", p.OutputSuffix,
		"up to 50 letters, digits, '.', '_' and '-', or none")
	v.checkStoreAs(p.StoreAs)
	v.check(p.Shards.Max >= 1 && p.Shards.Max <= contract.MaxArraySize, "Shards.Max", p.Shards.Max,
		fmt.Sprintf("1 to %d", contract.MaxArraySize))
	v.checkTime("Shards.Target", p.Shards.Target, p.shortestTarget(), p.longestTarget(),
		", because some jobs take twice as long as expected, and Job.AttemptLimit ends them")
	v.check(p.Shards.Bytes >= 0, "Shards.Bytes", p.Shards.Bytes, "1 or more, or none for no bound")
	v.checkJob(p.Job, e.Compute)
	v.checkBatch(p)
	v.checkTimes(p)
	v.check(p.Priority >= 1 && p.Priority <= limits.MaxQueuePriority, "Priority", p.Priority,
		fmt.Sprintf("1 to %d", limits.MaxQueuePriority))
	v.check(p.ToleratedFailurePercentage >= 0 && p.ToleratedFailurePercentage <= 100,
		"ToleratedFailurePercentage", p.ToleratedFailurePercentage, "0 to 100")
	v.check(p.MonthlyDollars >= 0, "MonthlyDollars", p.MonthlyDollars, "1 or more, or 0 for none")
	v.checkInventory(p)
	v.checkStarts(p)
}

// isImage refuses an image without a version, and the one called latest: what it is changes while
// nothing here does, and a deployment would not notice.
func isImage(reference string) bool {
	name := reference[strings.LastIndex(reference, "/")+1:]
	fixed := strings.Contains(name, ":") && !strings.HasSuffix(name, ":latest")
	return reference == "" || imagePattern.MatchString(reference) && fixed
}

func (v *validator) checkTimes(p Pipeline) {
	// A job waits for a free place before it starts; how long depends on all the others.
	job := time.Duration(p.Job.Attempts)*p.Job.AttemptLimit + p.QueueLimit
	least := p.Rounds()*job + p.besidesJob()
	reason := fmt.Sprintf(", because %d attempts may take %s each, waiting in the queue %s, and the rest %s",
		p.Job.Attempts, p.Job.AttemptLimit, p.QueueLimit, p.besidesJob())
	if p.Rounds() > 1 {
		reason += ", the first two of them twice with Job.Large"
	}
	v.checkTime("RunLimit", p.RunLimit, least, limits.MaxExecutionLimit, reason)
	v.checkTime("QueueLimit", p.QueueLimit, limits.MinQueueLimit, limits.MaxQueueLimit, "")
}

// checkTime requires whole seconds between two bounds, and says why if there is a reason.
func (v *validator) checkTime(field string, got, least, most time.Duration, reason string) {
	v.check(got >= least && got <= most && got%time.Second == 0, field, got,
		fmt.Sprintf("%s to %s in whole seconds%s", least, most, reason))
}
