// Package scheduler is Amazon EventBridge Scheduler on this machine: it reads a template's
// schedules, and says when each comes. The time is whoever's asks: nothing waits here.
//
// A schedule is taken for one that calls StartExecution. Anything else is an error.
package scheduler
