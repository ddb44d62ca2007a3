// Collect is the function that adds up a run: it reads what every job left, writes the
// report and the list of failures, and says what to tell a person.
//
// A job's result counts only if it has exactly the objects of its shard, in their order.
// Otherwise what the job left while it worked counts, and the outputs of what it may have been
// working on are asked for; what is not known then has failed. So every object is counted once,
// as done, skipped or failed, whatever the jobs did, and nothing that is done as failed.
package main
