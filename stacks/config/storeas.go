package config

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"batchjobwithlambda/batch/contract"
)

// StoreAs is how outputs are stored, besides what their keys say.
type StoreAs struct {
	// Class is an S3 storage class, such as STANDARD_IA, GLACIER_IR or DEEP_ARCHIVE; default: STANDARD.
	Class string
	// Tags are tags of each output, up to 10; default: none.
	Tags map[string]string
	// CacheControl is the Cache-Control of each output, such as max-age=86400; default: none.
	CacheControl string
	// InputMetadata gives an output the x-amz-meta-… and the Content-Language of its input; default: false.
	InputMetadata bool
}

// Contract is what a job is told of it.
func (s StoreAs) Contract() contract.StoreAs {
	return contract.StoreAs{
		Class:         s.Class,
		Tags:          contract.EncodeTags(s.Tags),
		CacheControl:  s.CacheControl,
		InputMetadata: s.InputMetadata,
	}
}

// storageClasses are those that S3 has for objects of general purpose buckets ("Understanding and
// managing Amazon S3 storage classes", Amazon S3 User Guide). REDUCED_REDUNDANCY is left out: S3
// advises against it, and it costs more than STANDARD.
var storageClasses = []string{
	"STANDARD", "INTELLIGENT_TIERING", "STANDARD_IA", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE",
}

const (
	// maxObjectTags is how many tags an object may have ("Categorizing your objects using tags",
	// Amazon S3 User Guide).
	maxObjectTags = 10
	// maxTagsBytes keeps the tags of an object, as the request has them, well below what S3 allows
	// for all headers, 8 KB, of which the metadata may take 2 ("PutObject", Amazon S3 API Reference).
	maxTagsBytes = 2 << 10
)

// cacheControlPattern is text that may stand in a header.
var cacheControlPattern = regexp.MustCompile(`^([!-~]([ -~]{0,254}[!-~])?)?$`)

func (v *validator) checkStoreAs(as StoreAs) {
	v.check(as.Class == "" || slices.Contains(storageClasses, as.Class), "StoreAs.Class", as.Class,
		oneOf(storageClasses...)+", or none for STANDARD")
	v.check(len(as.Tags) <= maxObjectTags, "StoreAs.Tags", len(as.Tags), fmt.Sprintf("at most %d tags", maxObjectTags))
	for _, key := range slices.Sorted(maps.Keys(as.Tags)) {
		v.checkTag(fmt.Sprintf("StoreAs.Tags[%q]", key), key, as.Tags[key])
	}
	if bytes := len(contract.EncodeTags(as.Tags)); len(as.Tags) <= maxObjectTags {
		v.check(bytes <= maxTagsBytes, "StoreAs.Tags", bytes,
			fmt.Sprintf("at most %d bytes as KEY=VALUE&KEY=VALUE, encoded as in a URL", maxTagsBytes))
	}
	v.check(cacheControlPattern.MatchString(as.CacheControl), "StoreAs.CacheControl", as.CacheControl,
		"up to 256 ASCII characters such as max-age=86400, or none")
}
