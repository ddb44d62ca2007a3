package cost

import "time"

// Month is what was used of what AWS bills, since a month began.
type Month struct {
	// Runs are those of one pipeline, together.
	Runs Runs
	Standing
}

// Runs is what several runs used.
type Runs struct {
	Job Size
	// Number is how many there were, and Jobs how many jobs all of them had.
	Number, Jobs int
	// JobTime is how long the jobs worked, together.
	JobTime time.Duration
	// Large are the larger jobs besides.
	Large []Large
	// Done and Skipped are how many objects there were of each kind; one that failed counts as
	// if it had been done.
	Done, Skipped int64
}

// Standing is what a stack has whether anything runs or not.
type Standing struct {
	// For is how long it stands: since the month began, or since it was deployed.
	For time.Duration
	// Hours is how many the month has.
	Hours float64
	// Endpoints are the interface endpoints, each as often as it has subnets, and Resources how many
	// of each type of CloudFormation there are.
	Endpoints int
	Resources map[string]int
	// Logged is how many bytes all logs took in since then, and Stored how many bytes the stack's
	// buckets had on average.
	Logged, Stored float64
}

// Of returns what it cost until now.
func (m Month) Of() Bill {
	// A job of which only the run's sum is known is billed for a minute at the least, as well.
	hours := max(m.Runs.JobTime, time.Duration(m.Runs.Jobs)*leastBilled).Hours()
	items := runItems(m.Runs, hours)
	stands := m.For.Hours()
	months := stands / m.Hours
	for _, item := range []struct {
		what   string
		amount float64
		unit   string
		price  float64
	}{
		{"interface endpoints", float64(m.Endpoints) * stands, "hours", endpointHour},
		{"NAT gateways", float64(m.Resources["AWS::EC2::NatGateway"]) * stands, "hours", gatewayHour},
		{"KMS keys", float64(m.Resources["AWS::KMS::Key"]) * months, "months", keyMonth},
		{"dashboards", float64(m.Resources["AWS::CloudWatch::Dashboard"]) * months, "months", dashboardMonth},
		{"alarms", float64(m.Resources["AWS::CloudWatch::Alarm"]) * months, "months", alarmMonth},
		{"logs, taken in", m.Logged / gib, "GiB", loggedGiB},
		{"S3, storing", m.Stored / gib * months, "GiB-months", storedGiBMonth},
	} {
		if item.amount > 0 {
			items = append(items, Item{item.what, item.amount, item.unit, item.amount * item.price})
		}
	}
	return billOf(items)
}
