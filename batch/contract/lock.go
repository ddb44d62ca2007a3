package contract

import "time"

// Lock says which run of a pipeline goes on, so that no other works on the same objects at the
// same time. There is one for each pipeline; see [LockAddress].
type Lock struct {
	// Run is the execution's name, and Started when it started, in RFC 3339.
	Run     string `json:"run"`
	Started string `json:"started"`
	// Until is when the execution has ended for certain, because it may not take longer.
	Until time.Time `json:"until"`
}

// LockAddress is where the lock of the pipeline is whose runs are at the location.
func LockAddress(runs Location) Address { return runs.Address("lock.json") }
