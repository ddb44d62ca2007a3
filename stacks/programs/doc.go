// Package programs builds what the stack deploys from the Go sources beside it:
// the two functions and the context of the job's image. It is the one part of a
// synthesis that is not pure: it runs the Go toolchain and writes to build/.
//
// The same sources give the same bytes in any folder, and so the same asset hashes:
// see the flags in build.go.
package programs
