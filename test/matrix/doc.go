// Command matrix is an app for the tests, with environments that choose what dev and prod
// leave at its default: several pipelines, buckets that exist already, and everything that
// ties a stack to an account. It is synthesized as the app itself is, with
//
//	cdk synth --app build/matrix -c env=NAME
//
// Beside these there is a grid: each kind of network with each place for data, which the tests
// synthesize all at once, with "matrix -grid FOLDER", to hold what every environment promises.
package main
