package main

import "context"

// experiment is something to start, and what its outcome says.
type experiment struct {
	// does is what whoever pays is told before.
	does   string
	claims []claim
	// run answers the claims. What is not answered when it returns is not known.
	run func(context.Context, *hour) error
}

// experiments are in the order in which they are done: each may use what the ones before
// have left.
var experiments = []experiment{
	{
		does:   "a run over 24 small objects",
		claims: []claim{claimTags, claimVolume},
		run:    tryRun,
	},
	{
		does:   "a job that writes to /tmp",
		claims: []claim{claimTmp},
		run:    tryTmp,
	},
	{
		does:   "a run that fails at once, watched by a rule and a queue of its own",
		claims: []claim{claimEvent},
		run:    tryFailure,
	},
	{
		does:   "two jobs that sleep, submitted by two state machines of its own that do not wait for them",
		claims: []claim{claimStateTimeout, claimExecutionTimeout},
		run:    tryTimeouts,
	},
	{
		does:   "a run over 480 small objects, which is stopped",
		claims: []claim{claimStop},
		run:    tryStop,
	},
	{
		does:   "an update of the stack to 256 vCPUs, which is taken back in the end",
		claims: []claim{claimVCPUs},
		run:    tryVCPUs,
	},
	{
		does:   "an array of 1,000 jobs of a quarter of a vCPU, which fail as soon as they have started",
		claims: []claim{claimThousand},
		run:    tryThousand,
	},
}

// try does one experiment, and says of each of its claims that is not answered then why.
func (h *hour) try(ctx context.Context, e experiment) {
	h.say("%s", e.does)
	how := "the experiment did not get so far"
	if err := e.run(ctx, h); err != nil {
		how = err.Error()
	}
	for _, c := range e.claims {
		h.add(c, notKnown, "%s", how)
	}
}
