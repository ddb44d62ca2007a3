// Package test holds what the synthesized templates promise: a snapshot of each
// environment, which shows every change, and beside it tests of intent, which say
// what must not change and why. Both read what "cdk synth" wrote.
//
// After a change that is meant, "make snapshots" writes the snapshots and
// docs/permissions.md again; the difference is part of the commit, for a reviewer to
// read.
package test
