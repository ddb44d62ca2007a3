// Package cloud has the runs of a pipeline that is deployed to AWS. It finds the pipeline by the
// outputs of its stack.
package cloud
