// Package histogram tells the median, and any other quantile, of millions of numbers in the
// memory of a thousand.
package histogram

import "math/bits"

const (
	// subBuckets is into how many buckets of the same width each power of two is cut. A number
	// is taken for the middle of its bucket, so it is off by 1/32, or 3.1 %, at most.
	subBuckets = 16
	// buckets is how many there are up to the largest int64, of 63 bits. Numbers below 32 have
	// a bucket each.
	buckets = (63-5)*subBuckets + 2*subBuckets
)

// Histogram counts numbers that are 0 or more. The zero value has counted none.
type Histogram struct {
	counts [buckets]int64
	total  int64
	most   int64 // The largest number, which is known exactly.
}

// Add counts a number. One below 0 is taken for 0.
func (h *Histogram) Add(number int64) {
	number = max(0, number)
	h.counts[bucketOf(number)]++
	h.total++
	h.most = max(h.most, number)
}

// Merge counts what the other has counted.
func (h *Histogram) Merge(other *Histogram) {
	for i, count := range other.counts {
		h.counts[i] += count
	}
	h.total += other.total
	h.most = max(h.most, other.most)
}

// Max is the largest number, or 0 if there is none.
func (h *Histogram) Max() int64 { return h.most }

// Quantile is the number that the share, 0 to 1, of all numbers does not exceed, to within
// 3.1 %; 0 if there is none.
func (h *Histogram) Quantile(share float64) int64 {
	rank := int64(share * float64(h.total))
	for i, count := range h.counts {
		if rank -= count; rank < 0 {
			return min(middleOf(i), h.most)
		}
	}
	return h.most
}

func bucketOf(number int64) int {
	shift := max(0, bits.Len64(uint64(number))-5)
	return shift*subBuckets + int(number>>shift)
}

func middleOf(bucket int) int64 {
	shift := max(0, bucket/subBuckets-1)
	first := int64(bucket-shift*subBuckets) << shift
	return first + (int64(1)<<shift)/2
}
