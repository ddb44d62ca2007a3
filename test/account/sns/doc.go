// Package sns takes messages as Amazon SNS does: those of a size and form that it delivers, to
// topics that there are, from whoever may publish to them.
package sns
