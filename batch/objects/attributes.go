package objects

import (
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Attributes are what an object is stored with, besides its content. Whatever is empty is left to
// S3's default.
type Attributes struct {
	// Metadata is by its names without "x-amz-meta-".
	Metadata map[string]string
	// StorageClass is the name of one of S3's.
	StorageClass string
	// Tags are "KEY=VALUE&KEY=VALUE", encoded as in a URL.
	Tags            string
	CacheControl    string
	ContentLanguage string
}

// MetadataBytes is how many bytes the metadata has, as S3 counts them.
func (a Attributes) MetadataBytes() int {
	bytes := 0
	for name, value := range a.Metadata {
		bytes += len(name) + len(value)
	}
	return bytes
}

// putInput is a request that writes an object whole.
func (u *upload) putInput(whole part) *s3.PutObjectInput {
	return &s3.PutObjectInput{
		Bucket:            &u.address.Bucket,
		Key:               &u.address.Key,
		Body:              whole.content,
		ContentType:       contentType(u.address.Key),
		Metadata:          u.attributes.Metadata,
		StorageClass:      types.StorageClass(u.attributes.StorageClass),
		Tagging:           orNil(u.attributes.Tags),
		CacheControl:      orNil(u.attributes.CacheControl),
		ContentLanguage:   orNil(u.attributes.ContentLanguage),
		ChecksumAlgorithm: checksum,
	}
}

// createInput is the request that begins an object in parts.
func (u *upload) createInput() *s3.CreateMultipartUploadInput {
	return &s3.CreateMultipartUploadInput{
		Bucket:            &u.address.Bucket,
		Key:               &u.address.Key,
		ContentType:       contentType(u.address.Key),
		Metadata:          u.attributes.Metadata,
		StorageClass:      types.StorageClass(u.attributes.StorageClass),
		Tagging:           orNil(u.attributes.Tags),
		CacheControl:      orNil(u.attributes.CacheControl),
		ContentLanguage:   orNil(u.attributes.ContentLanguage),
		ChecksumAlgorithm: checksum,
	}
}

func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
