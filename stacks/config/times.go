package config

import (
	"time"
)

const (
	// NotifyLimit is how long it may take to hand one message to the topic, and
	// notifyingLimit how long with retries.
	NotifyLimit    = time.Minute
	notifyingLimit = 5 * time.Minute
	// invokingMargin is how much longer a state waits for its function than the function may take,
	// so that the function's own timeout, with its own text, comes first.
	invokingMargin = 30 * time.Second
	// EndingLimit is how long it may take to end the jobs of a run whose state took too long:
	// half a minute from SIGTERM to SIGKILL, and what AWS Batch needs to say that they ended.
	EndingLimit = 4 * time.Minute
	// listingLimit leaves time to list, or to add up, ten million objects.
	listingLimit = 5 * time.Minute
)

// SubmitLimit is how long a run's job may take in each round, with the time that it waits in the
// queue. A job that takes longer is given up and caught; an execution that reaches its own limit
// ends where no Catch sees it.
func (p Pipeline) SubmitLimit() time.Duration {
	return ((p.RunLimit - p.besidesJob()) / p.Rounds()).Truncate(time.Second)
}

// InvokeLimit is how long a state waits for its function.
func (p Pipeline) InvokeLimit() time.Duration { return p.FunctionLimit() + invokingMargin }

// besidesJob is what an execution needs besides its jobs: to plan, and after each round to end jobs
// that take too long and to add up, and to notify.
func (p Pipeline) besidesJob() time.Duration {
	return p.InvokeLimit() + p.Rounds()*(p.InvokeLimit()+EndingLimit) + notifyingLimit
}

// longestTarget is the longest time that a job should work: some take longer than expected, and one
// that reaches the limit of its attempt is not tried again.
func (p Pipeline) longestTarget() time.Duration {
	return (p.Job.AttemptLimit / 2).Truncate(time.Second)
}

// shortestTarget is what Fargate bills at least ("AWS Fargate Pricing"): starting a shorter job costs
// more than its work.
func (p Pipeline) shortestTarget() time.Duration { return min(time.Minute, p.longestTarget()) }
