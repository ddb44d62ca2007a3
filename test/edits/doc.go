// Package edits holds what an edit of each setting does to a stack that is deployed: which
// settings change everything in place, and which replace or remove something that work is
// going on in, or that holds data. docs/changing-settings.md lists the latter.
//
// It is tests only. They synthesize an environment for each setting, all in one process,
// and compare the templates by the table of the package updates.
package edits
