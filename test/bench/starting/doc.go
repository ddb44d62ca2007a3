// Starting measures what has to be loaded before anything works: how long the functions
// take from the start of their process to their first answer, how large their zips are, and
// how large the job's image is. It prints one line for each figure with its bound, and
// fails if a bound is broken.
//
//	go run ./test/bench/starting
package main
