// Scale runs the two functions over ten million objects, as programs of their own on one
// core, against a stand-in for S3 that makes up the objects as they are asked for and
// answers a list after 60 ms. It prints one line for each figure with its bound, and
// fails if a bound is broken.
//
//	go run ./test/bench/scale [-objects 10000000] [-runs days,giant,inventory,collect]
package main
