// Push builds the images of a synthesized app that need no Docker, and pushes each to where the
// CDK looks for it before it would build one: `cdk deploy --app FOLDER` then calls no Docker.
//
//	go run ./stacks/image/push [FOLDER]
//
// FOLDER is what `cdk synth -o FOLDER` made, by default cdk.out. Credentials and region are
// those of the environment, as the AWS CLI finds them (AWS_PROFILE, AWS_REGION, …): they have
// to be those that the deployment uses, and may assume the CDK's role for publishing images.
// What is in the repository already is not pushed again. An image that needs Docker is left to
// the deployment, which calls Docker, or what CDK_DOCKER names; Push prints the line that asks
// for it.
package main
