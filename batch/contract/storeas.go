package contract

import (
	"net/url"
	"strings"
)

// StoreAs is how outputs are stored, besides what their keys say.
type StoreAs struct {
	// Class is the storage class; empty for S3's default.
	Class string `env:"CLASS"`
	// Tags are the tags of each output, as [EncodeTags] writes them.
	Tags string `env:"TAGS"`
	// CacheControl is the Cache-Control of each output.
	CacheControl string `env:"CACHE_CONTROL"`
	// InputMetadata says that an output has the metadata of its input beside that of this project.
	InputMetadata bool `env:"INPUT_METADATA"`
}

// storePrefix begins the names of the variables; see [WorkSettings].
const storePrefix = "STORE_"

// variables are the settings that were made, as environment variables.
func (s StoreAs) variables() map[string]string {
	variables := map[string]string{}
	for name, value := range map[string]string{
		"CLASS":         s.Class,
		"TAGS":          s.Tags,
		"CACHE_CONTROL": s.CacheControl,
	} {
		if value != "" {
			variables[storePrefix+name] = value
		}
	}
	if s.InputMetadata {
		variables[storePrefix+"INPUT_METADATA"] = "true"
	}
	return variables
}

// EncodeTags writes tags as the header x-amz-tagging has them, "KEY=VALUE&KEY=VALUE", sorted by
// key. A space is %20, which means the same to whoever reads a plus sign as it is.
func EncodeTags(tags map[string]string) string {
	values := url.Values{}
	for key, value := range tags {
		values.Set(key, value)
	}
	return strings.ReplaceAll(values.Encode(), "+", "%20")
}
