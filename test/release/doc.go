// Package release tests the script that makes a release, .ci/release, in repositories
// made up for it.
package release
