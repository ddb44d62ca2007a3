// Package sns accepts messages as Amazon SNS does: valid ones, to topics that exist, from callers
// that may publish to them.
package sns
