package batch

import "time"

// NoStart says why an attempt's container never ran. Such an attempt has no exit code.
type NoStart struct {
	// Reason is the container's own, if it has one, and StatusReason the task's.
	Reason, StatusReason string
}

// NoStarts are such ends as they were seen on AWS ("Stopped tasks error messages", Amazon ECS
// Developer Guide, and reports of those who run many tasks). All of them passed by themselves.
var NoStarts = []NoStart{
	{StatusReason: "Timeout waiting for network interface provisioning to complete."},
	{StatusReason: "Timeout waiting for EphemeralStorage provisioning to complete."},
	{StatusReason: "Network interface provision complete error timeout wait for network interface provision."},
	{StatusReason: "Rate limit exceeded while preparing network interface to be attached to instance"},
	{StatusReason: "Capacity is unavailable at this time. Please try again later or in a different availability zone"},
	{StatusReason: ReasonSpot},
	{StatusReason: reasonNotStarted},
	{StatusReason: "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval " +
		"failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request " +
		`failed caused by: Post "https://api.ecr.eu-north-1.amazonaws.com/": dial tcp 192.0.2.1:443: i/o timeout`},
	{StatusReason: "ResourceInitializationError: unable to pull secrets or registry auth: pull command failed: : " +
		"signal: killed"},
	{StatusReason: "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times"},
	{
		StatusReason: reasonNotStarted,
		Reason:       "CannotPullContainerError: pull image manifest has been retried 5 time(s): i/o timeout",
	},
	{
		StatusReason: reasonNotStarted,
		Reason:       "CannotStartContainerError: ResourceInitializationError: unable to create new container",
	},
}

// CannotPull is what AWS Batch says when the image cannot be pulled.
func CannotPull(cause error) *NoStart {
	return &NoStart{Reason: "CannotPullContainerError: " + cause.Error(), StatusReason: reasonNotStarted}
}

func (n *NoStart) end() end {
	now := time.Now()
	return end{reason: n.Reason, statusReason: n.StatusReason, started: now, stoppedAt: now}
}
