// Package deploy tests what "make deploy" does before CloudFormation: the images and files of a
// synthesized app go to where the pinned CDK CLI looks for them. AWS and the registries are in
// the test's process.
package deploy
