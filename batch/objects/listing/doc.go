// Package listing lists the keys below a prefix with many calls at once.
//
// S3 answers a list with a thousand keys in about 60 ms, and only the answer says where
// the next list begins: ten million keys would take ten minutes. So the keys are cut
// into spans, each of which is listed on its own. What the keys look like is not known
// beforehand, so nothing is cut beforehand: whoever has nothing to do cuts in two what
// is left of somebody else's span, and finds out by a few lists of one key where both
// halves have some. The cuts make the listing fast or slow, but never wrong: whatever
// they are, the spans follow each other without a gap.
package listing
