// Package doctor finds out why a pipeline does not work, from what AWS says of it. It asks
// nothing itself, and changes nothing: a check is a pure function of the facts.
package doctor
