package process

import "golang.org/x/sys/unix"

// ScheduleAsBatch has the kernel let whatever computes in this process, its launchers and its commands
// finish its turn. By itself it prefers who wakes up often for a moment, as this process does for what
// comes from the network: on a job's only core, that cost commands that compute up to a twentieth of
// their time ("SCHED_BATCH: Scheduling batch processes", sched(7)).
//
// It is no error if it may not be said.
func ScheduleAsBatch() {
	done := map[int]bool{}
	for again := true; again; { // One that had not got it yet may have started another.
		again = false
		for _, thread := range numbersIn("/proc/self/task") {
			if done[thread] {
				continue
			}
			done[thread], again = true, true
			if attributes, err := unix.SchedGetAttr(thread, 0); err == nil {
				attributes.Policy = unix.SCHED_BATCH
				_ = unix.SchedSetAttr(thread, attributes, 0)
			}
		}
	}
}
