// Package objects reads, lists and writes objects in S3. The functions and the job have
// no other way to it.
//
// An answer counts only if it is one to what was asked. Servers and what stands before
// them have been seen to answer 200 without a body, with other bytes than those of the
// range, and with keys out of order; the SDK takes all of them for success. Here each is
// an error.
//
// A role that may not list the whole bucket is answered 403, not 404, for a key that does
// not exist. So whether there is an object is never read from a status: it is listed.
//
// Every error that has to do with S3 is an [*Error], and [KindOf] tells what it means for
// the object.
package objects
