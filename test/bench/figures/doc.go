// Package figures prints what a benchmark measured, each figure with its bound, and says
// whether a bound is broken by more than the noise of the measurement itself.
package figures
