// Package proof holds the figures in docs/trust.md to what the tests establish.
//
// A figure stands there in a row of a table. The test that establishes it says so with
// [Row], which prints it for "make proof", and fails if the page says something else. A
// change that is meant is written to the page with UPDATE_SNAPS=true:
//
//	UPDATE_SNAPS=true go test ./test/chaos
package proof
