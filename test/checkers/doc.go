// Package checkers asks others what they think of the pipeline: cdk-nag, with the rules
// of six packs, and the validator of the Amazon States Language.
//
// cdk-nag looks twice, because it sees different things. At the app, while the stack is
// built, it cannot see what the CDK makes of raw resources; in the template that "cdk
// synth" wrote, escape hatches are pulled and a helper's resource is one like any other.
// The app is looked at by the cdk-nag of Go, the template by that of npm, which is a
// version later and knows a pack more, Serverless.
//
// What is found must be acknowledged in acknowledged_test.go, or fixed.
//
// It is the one package of test/ that loads the CDK, for the first of the two. Its npm
// packages are its own, so that nobody who only runs the pipeline has to fetch them:
// npm ci --prefix test/checkers.
package checkers
