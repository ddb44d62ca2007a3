// Package deploy tests what "make deploy" does with the pinned CDK CLI: the images and files of a
// synthesized app go to where the CLI looks for them, and a first deployment that failed is tried
// again. AWS and the registries are in the test's process.
package deploy
