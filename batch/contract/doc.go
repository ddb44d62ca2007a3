// Package contract is what the parts of the pipeline agree on: the execution's
// input, the files of a run in S3, the settings that the stack hands to its
// programs, and the exit codes of the job.
//
// The stack, the two functions and the job all import it, and nothing of it
// touches the network or the disk, so that one side cannot change the agreement
// without the other side's tests noticing.
//
// A run reads one location in S3, writes to another, and keeps its own files in a third;
// see [Layout]. As the pipeline comes, all of them are in one bucket.
//
//	input/…                          the objects to work on
//	output/…                         one output an object, with its source's ETag in its metadata
//	output/_outputs/…json            the list of an object's outputs, if they are many; see [OutputList]
//	runs/RUN/manifest.jsonl          every object of the run, one a line, sorted by key
//	runs/RUN/manifest.index          where each shard begins and ends in the manifest
//	runs/RUN/results/SHARD.jsonl     what became of each object, in the order of the manifest
//	runs/RUN/report.json             the sum of it
//	runs/RUN/failed.jsonl            the objects that failed: again a manifest, so it can start the next run
package contract
