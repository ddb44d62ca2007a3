package contract

// The metadata that an output carries, without S3's prefix "x-amz-meta-". An output
// whose source and command are the same as now need not be made again; the run tells
// what this run made from what was there before.
const (
	MetadataSourceETag = "source-etag"
	MetadataCommand    = "command"
	MetadataRun        = "run"
)

// MaxMetadataBytes is how much metadata an object may have, names and values together, without S3's
// prefix ("Working with object metadata", Amazon S3 User Guide).
const MaxMetadataBytes = 2 << 10

// metadataBytes is, in the metadata of an [OutputList], how many bytes the outputs have together.
const metadataBytes = "output-bytes"

// OutputMetadata is the metadata of an output: what content it was made of, by which command and run, and
// with which files, as [MetadataFiles] has them, or empty.
func OutputMetadata(etag, command, run, files string) map[string]string {
	metadata := map[string]string{
		MetadataSourceETag: etag,
		MetadataCommand:    command,
		MetadataRun:        run,
	}
	if files != "" {
		metadata[MetadataFiles] = files
	}
	return metadata
}

// UpToDate reports whether an output with the metadata was made of the content that has the ETag,
// by the command, as [Command.String] writes it, with the files, as [MetadataFiles] has them. Without
// an ETag nobody knows what content is meant.
func UpToDate(metadata map[string]string, etag, command, files string) bool {
	return etag != "" && metadata[MetadataSourceETag] == etag && metadata[MetadataCommand] == command &&
		metadata[MetadataFiles] == files
}
