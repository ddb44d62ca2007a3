// Package wire answers requests as services of AWS do, with the types of the AWS SDK for Go: a
// fake that is made of them speaks HTTP, so that whoever asks it needs no change.
package wire
