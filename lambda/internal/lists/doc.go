// Package lists reads a list of objects that a person has made, as CSV or as JSON lines: a row an
// object, with its key and what else its command is to be told.
//
// A list may be long and in any order, and a run needs its objects by their keys, so the rows are
// sorted outside of memory. Nothing is yielded before every row was read, and found to be right by
// itself; two rows of one object are found when it is their turn.
package lists
