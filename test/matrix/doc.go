// Command matrix is an app for the tests, with environments that choose what dev and prod
// leave at its default: several pipelines, buckets that exist already, and everything that
// ties a stack to an account. It is synthesized as the app itself is, with
//
//	cdk synth --app build/matrix -c env=NAME
package main
