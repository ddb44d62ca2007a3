package s3

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// Attributes are what an object was put with, besides its content and its metadata.
type Attributes struct {
	// StorageClass is empty for STANDARD.
	StorageClass    string
	Tags            map[string]string
	ContentType     string
	CacheControl    string
	ContentLanguage string
}

const tagging = "X-Amz-Tagging"

var (
	// storageClasses are those that an object of a general purpose bucket can be put in ("PutObject",
	// Amazon S3 API Reference).
	storageClasses = []string{
		"STANDARD", "REDUCED_REDUNDANCY", "INTELLIGENT_TIERING", "STANDARD_IA", "ONEZONE_IA", "GLACIER_IR",
		"GLACIER", "DEEP_ARCHIVE",
	}
	// archives are those whose objects have to be restored before they can be read.
	archives = []string{"GLACIER", "DEEP_ARCHIVE"}
)

// maxTags is how many tags an object may have ("Categorizing your objects using tags", Amazon S3 User
// Guide).
const maxTags = 10

func readAttributes(header http.Header) (Attributes, error) {
	a := Attributes{
		StorageClass:    header.Get("X-Amz-Storage-Class"),
		ContentType:     header.Get("Content-Type"),
		CacheControl:    header.Get("Cache-Control"),
		ContentLanguage: header.Get("Content-Language"),
	}
	if a.StorageClass != "" && !slices.Contains(storageClasses, a.StorageClass) {
		return a, &Error{
			Status:  http.StatusBadRequest,
			Code:    "InvalidStorageClass",
			Message: "The storage class you specified is not valid",
		}
	}
	tags, err := url.ParseQuery(header.Get(tagging))
	if err != nil || len(tags) > maxTags {
		return a, &Error{
			Status:  http.StatusBadRequest,
			Code:    "InvalidTag",
			Message: fmt.Sprintf("%d tags (%v): allowed are %d", len(tags), err, maxTags),
		}
	}
	if len(tags) > 0 {
		a.Tags = map[string]string{}
		for key, values := range tags {
			a.Tags[key] = values[0]
		}
	}
	return a, nil
}

// write sets the headers that tell of the attributes.
func (a Attributes) write(header http.Header) {
	for name, value := range map[string]string{
		"Content-Type":     a.ContentType,
		"Cache-Control":    a.CacheControl,
		"Content-Language": a.ContentLanguage,
	} {
		if value != "" {
			header.Set(name, value)
		}
	}
	if len(a.Tags) > 0 {
		header.Set("X-Amz-Tagging-Count", strconv.Itoa(len(a.Tags)))
	}
}

// as stores the object as the attributes say.
func (o *Object) as(a Attributes) {
	o.Attributes, o.StorageClass, o.archived = a, a.StorageClass, slices.Contains(archives, a.StorageClass)
}
