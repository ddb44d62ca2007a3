// Package inventory reads a report of S3 Inventory: the objects of a bucket, which S3 has
// listed before, so that nobody has to list a hundred million keys while a run waits.
//
// A report is a manifest.json, which names any number of gzipped CSV files ("Locating your
// inventory list", Amazon S3 User Guide). AWS promises no order of their rows, and a run
// needs its objects by their keys, so they are sorted outside of memory: as many rows as
// fit into a buffer are sorted and kept in a temporary file, and all such runs are merged
// when the last row was read. Nothing is yielded before every file was read to its end
// and had the checksum that the manifest says.
package inventory
