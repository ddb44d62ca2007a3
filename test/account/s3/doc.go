// Package s3 is an S3 in this process: the few operations that the pipeline's
// programs use, and as strict about them as S3 is.
//
// Strict is what it is for. Any key of up to 1,024 bytes of UTF-8 is a key, whatever
// it looks like as a path or as XML. A put replaces the whole object, metadata
// included, and only once all of its bytes are there and match their checksum. An
// ETag changes with the content and differs by the way of uploading. A condition
// holds for the very bytes that are sent. What S3 can do and this cannot is answered
// with 501 NotImplemented, never with a guess.
package s3
