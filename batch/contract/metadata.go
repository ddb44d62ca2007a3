package contract

// The metadata that an output carries, without S3's prefix "x-amz-meta-". An output
// whose source and command are the same as now need not be made again; the run tells
// what this run made from what was there before.
const (
	MetadataSourceETag = "source-etag"
	MetadataCommand    = "command"
	MetadataRun        = "run"
)
