// Package store reads and writes S3 for the two functions.
//
// Its one rule is that a role without s3:ListBucket on the whole bucket is answered
// 403, not 404, for a key that does not exist. So whether something exists is never
// read from a status: it is listed, below a prefix that the role may list.
package store
