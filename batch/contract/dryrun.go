package contract

// DryRun is what a run would do of which only the plan was asked for. What is done already counts
// only if no list of earlier runs tells; see [Origin.Made].
type DryRun struct {
	// Shards is how many jobs the run would have, Objects how many objects, and Bytes the sum of
	// their sizes.
	Shards  int   `json:"shards"`
	Objects int64 `json:"objects"`
	Bytes   int64 `json:"bytes"`
	// TooLarge is how many of the objects have more bytes than a job's disk, which the command wants
	// them on, and FirstTooLarge the keys of the first few of them: their jobs would fail them.
	TooLarge      int64    `json:"too_large,omitempty"`
	FirstTooLarge []string `json:"first_too_large,omitempty"`
}

// AsDryRun takes the jobs out of a plan, so that none is submitted.
func (p Plan) AsDryRun() Plan {
	p.DryRun = &DryRun{Shards: p.Shards, Objects: p.Objects, Bytes: p.Bytes}
	p.Shards, p.Objects, p.Bytes = 0, 0, 0
	return p
}
