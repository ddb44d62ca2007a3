package cost

import "time"

// leastBilled is what Fargate bills of a task at the least ("AWS Fargate Pricing").
const leastBilled = time.Minute

const (
	// transitionsPerRun is how many states an execution passes, whatever it does.
	transitionsPerRun = 7
	// requestsPerShard is about how many files a job reads and writes besides its objects.
	requestsPerShard = 3
)

// Size is what a job has.
type Size struct {
	VCPU      float64 `json:"vcpu"`
	MemoryMiB int     `json:"memory_mib"`
	// ARM64 is the architecture of the job; else it is x86.
	ARM64 bool `json:"arm64"`
}

// Use is what a run used of what AWS bills.
type Use struct {
	Job Size
	// JobTimes is how long each job took.
	JobTimes []time.Duration
	// Large are the larger jobs besides.
	Large []Large
	// Done and Skipped are how many objects there were of each kind; one that failed counts as
	// if it had been done.
	Done, Skipped int64
}

// Item is a line of a bill.
type Item struct {
	What    string  `json:"what"`
	Amount  float64 `json:"amount"`
	Unit    string  `json:"unit"`
	Dollars float64 `json:"dollars"`
}

// Bill is what a run cost.
type Bill struct {
	Items   []Item  `json:"items"`
	Dollars float64 `json:"dollars"`
	// PricesOf says of where and when the prices are.
	PricesOf string `json:"prices_of"`
}

// Of returns what the use cost.
func Of(use Use) Bill {
	var hours float64
	for _, time := range use.JobTimes {
		hours += max(time, leastBilled).Hours()
	}
	return billOf(runItems(Runs{
		Job: use.Job, Number: 1, Jobs: len(use.JobTimes), Large: use.Large, Done: use.Done, Skipped: use.Skipped,
	}, hours))
}

// runItems are what the runs cost, whose jobs were billed for so many hours.
func runItems(of Runs, hours float64) []Item {
	// An object that is done was read and written; of one that is skipped the output was asked for.
	puts := float64(of.Done) + requestsPerShard*float64(of.Jobs)
	gets := float64(of.Done+of.Skipped) + requestsPerShard*float64(of.Jobs)
	transitions := float64(of.Number) * transitionsPerRun
	jobs := []Item{{"jobs", hours, "hours", hours * of.Job.Hour()}}
	return append(append(jobs, largeItems(of.Large)...), []Item{
		{"S3, writing", puts, "requests", puts * Put},
		{"S3, reading", gets, "requests", gets * Get},
		{"Step Functions", transitions, "transitions", transitions * transition},
	}...)
}

func billOf(items []Item) Bill {
	bill := Bill{PricesOf: PricesOf, Items: items}
	for _, item := range items {
		bill.Dollars += item.Dollars
	}
	return bill
}

// Hour is what a job of the size costs in an hour, in dollars.
func (s Size) Hour() float64 {
	gib := float64(s.MemoryMiB) / 1024
	if s.ARM64 {
		return s.VCPU*vCPUHourARM + gib*gibHourARM
	}
	return s.VCPU*vCPUHourX86 + gib*gibHourX86
}
