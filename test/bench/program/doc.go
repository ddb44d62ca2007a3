// Package program builds the project's programs and runs them as they run on AWS, on a core
// of their own, to see what they take.
package program
