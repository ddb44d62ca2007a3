//go:build unix && !linux

package process

// ScheduleAsBatch is for the job, on Linux.
func ScheduleAsBatch() {}
