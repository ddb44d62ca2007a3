// Collect is the function that adds up a run: it reads what every job left, writes the
// report and the list of failures, and says what to tell a person.
//
// A job's result counts only if it has exactly the objects of its shard, in their
// order; else all objects of the shard count as failed. So every object is counted
// once, as done, skipped or failed, whatever the jobs did.
package main
