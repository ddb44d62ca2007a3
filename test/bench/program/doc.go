// Package program runs programs as they run on AWS, on a core of their own, to see what they
// take.
package program
