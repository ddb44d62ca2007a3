package main

import (
	"fmt"
	"maps"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// attributes are what the output that is made of the input is stored with. An input whose
// metadata does not fit beside ours fails before its command is run: an output without it would look
// complete.
func (w *worker) attributes(input *input, o order) (objects.Attributes, error) {
	as := w.settings.StoreAs
	attributes := objects.Attributes{
		Metadata:     map[string]string{},
		StorageClass: as.Class,
		Tags:         as.Tags,
		CacheControl: as.CacheControl,
	}
	if as.InputMetadata {
		maps.Copy(attributes.Metadata, input.Metadata)
		attributes.ContentLanguage = input.ContentLanguage
	}
	// These come last: an input that another pipeline has made has metadata of the same names.
	maps.Copy(attributes.Metadata, contract.OutputMetadata(
		contract.SourceETag(input.ETag, o.further), o.command, w.run.ID, w.reference.digest))
	if size := attributes.MetadataBytes(); size > contract.MaxMetadataBytes {
		return objects.Attributes{}, &failure{kind: contract.FailedTooLarge, reason: fmt.Sprintf(
			"the output would have %d bytes of metadata, its input's and the pipeline's own: S3 allows %d",
			size, contract.MaxMetadataBytes)}
	}
	return attributes, nil
}
