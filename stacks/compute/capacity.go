package compute

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbatch"
)

// Capacity is how many vCPUs may run at once.
type Capacity struct {
	// Spot is how many may run at the price of Spot, and OnDemand how many at full price, if there is
	// Spot as soon as all of that is in use; 0 for none.
	Spot     int
	OnDemand int
}

// environments returns a compute environment for Spot and for what there is behind it. No page says
// that an environment may have no vCPUs, so for none there is no environment.
func (c Capacity) environments(
	newEnvironment func(id string, vCPUs int, spot bool) awsbatch.IComputeEnvironment,
) []awsbatch.IComputeEnvironment {
	var all []awsbatch.IComputeEnvironment
	if c.Spot > 0 {
		all = append(all, newEnvironment("Spot", c.Spot, true))
	}
	if c.OnDemand > 0 {
		all = append(all, newEnvironment("OnDemand", c.OnDemand, false))
	}
	return all
}
