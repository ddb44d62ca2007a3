// Package hardened has the resources that every part of the stack needs, made safe once:
// a role that the CDK cannot add a grant to, a log group that expires its events, a key
// that is rotated, a private bucket. It has no resource of the pipeline's own, and takes
// plain values.
package hardened
