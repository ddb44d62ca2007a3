package contract

// NeedsRestoring reports whether an object of the storage class can be read only after it was
// restored ("Working with archived objects", Amazon S3 User Guide). S3 Glacier Instant Retrieval
// is no such class, and S3 Intelligent-Tiering does not say it by its name.
func NeedsRestoring(storageClass string) bool {
	return storageClass == "GLACIER" || storageClass == "DEEP_ARCHIVE"
}
