package contract

// DryRun is what a run would do of which only the plan was asked for. What is done already counts
// too: which objects are, only their jobs find out.
type DryRun struct {
	// Shards is how many jobs the run would have, Objects how many objects, and Bytes the sum of
	// their sizes.
	Shards  int   `json:"shards"`
	Objects int64 `json:"objects"`
	Bytes   int64 `json:"bytes"`
}

// AsDryRun takes the jobs out of a plan, so that none is submitted.
func (p Plan) AsDryRun() Plan {
	p.DryRun = &DryRun{Shards: p.Shards, Objects: p.Objects, Bytes: p.Bytes}
	p.Shards, p.Objects, p.Bytes = 0, 0, 0
	return p
}
