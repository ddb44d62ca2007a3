// Package runs has what can be known of the runs of a pipeline, wherever they are: in an
// account of AWS, or in a folder of this machine.
package runs
