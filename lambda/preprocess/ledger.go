package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/bits"
	"time"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/scratch"
)

const (
	// objectOverhead is as how many bytes an object counts besides its own when shards are bounded
	// by bytes.
	objectOverhead = 1 << 20
	// maxWeight is the most that an object weighs: twelve days. So a million of them can be added up.
	maxWeight = 1e12
)

// ledger remembers of the objects what it takes to cut them, in the order of the
// manifest. How much a shard should have is known only when the last object was seen,
// and the manifest is gone to S3 by then.
type ledger struct {
	// file has the length of each object's line and its size as two varints, most often 5
	// or 6 bytes: 600 MB for a hundred million objects, which are not to be kept in memory.
	file scratch.File
	// entries are on their way to the file.
	entries *bufio.Writer
	// objects is how many there are, bytes the sum of their sizes, and weight the sum
	// of their weights.
	objects, bytes, weight int64
	// estimate says what an object weighs.
	estimate contract.Estimate
}

func newLedger(estimate contract.Estimate) (*ledger, error) {
	file, err := scratch.New("")
	if err != nil {
		return nil, err
	}
	return &ledger{file: file, entries: bufio.NewWriter(file), estimate: estimate}, nil
}

func (l *ledger) close() { l.file.Close() }

// add enters the next object. It returns an error when a sum becomes too large to count, which no
// bucket has, but a manifest may say.
func (l *ledger) add(line int, size int64) error {
	if size > math.MaxInt64-l.bytes {
		return errors.New("the objects have more than 8 EiB in all")
	}
	if l.weight > math.MaxInt64-maxWeight {
		return errors.New("the objects take longer than can be counted")
	}
	l.objects++
	l.bytes += size
	l.weight += l.weigh(size)
	entry := binary.AppendUvarint(l.entries.AvailableBuffer(), uint64(line))
	_, err := l.entries.Write(binary.AppendUvarint(entry, uint64(size)))
	return err
}

// weigh is how long an object of the size takes, in microseconds.
func (l *ledger) weigh(size int64) int64 {
	return int64(min(max(l.estimate.Seconds(size)*1e6, 1), maxWeight))
}

// seconds is how long all objects take.
func (l *ledger) seconds() float64 { return float64(l.weight) / 1e6 }

// read calls each with the length of each object's line, and its size.
func (l *ledger) read(each func(line, size int64)) error {
	if err := l.entries.Flush(); err != nil {
		return err
	}
	entries := bufio.NewReader(io.NewSectionReader(l.file, 0, math.MaxInt64))
	for range l.objects {
		line, err := binary.ReadUvarint(entries)
		if err != nil {
			return err
		}
		size, err := binary.ReadUvarint(entries)
		if err != nil {
			return err
		}
		each(int64(line), int64(size))
	}
	return nil
}

// cut divides the objects, in their order, into shards of about equal weight: as many as take the
// time each, or more if they would have more than the bytes, but not more than limit. An object belongs to
// the share in which it begins when all weights are laid end to end, so the heaviest
// shard has at most the ideal share and one object. A share in which none begins, as
// behind one giant object, is no shard.
func (l *ledger) cut(limit int, each time.Duration, bytes int64) ([]contract.IndexEntry, error) {
	if l.objects == 0 {
		return nil, nil
	}
	shares := min(int64(limit), l.objects, l.shares(each, bytes))
	var shards []contract.IndexEntry
	var offset, before int64
	last := int64(-1)
	err := l.read(func(line, size int64) {
		if share := mulDiv(before, shares, l.weight); share != last {
			shards = append(shards, contract.IndexEntry{Offset: offset})
			last = share
		}
		shard := &shards[len(shards)-1]
		shard.Length += line
		shard.Objects++
		shard.Bytes += size
		offset += line
		before += l.weigh(size)
	})
	return shards, err
}

// shares is how many jobs there have to be so that they take the time each, and have no more than the
// bytes; 0 bytes are no bound.
func (l *ledger) shares(each time.Duration, bytes int64) int64 {
	shares := math.Ceil(float64(l.weight) / float64(max(each.Microseconds(), 1)))
	if bytes > 0 {
		counted := float64(l.bytes) + objectOverhead*float64(l.objects)
		shares = max(shares, math.Ceil(counted/float64(bytes)))
	}
	return int64(min(shares, contract.MaxArraySize))
}

// mulDiv is a·b/c, rounded down, whose product may be too large for 64 bits. None of
// them is negative, and a is less than c.
func mulDiv(a, b, c int64) int64 {
	high, low := bits.Mul64(uint64(a), uint64(b))
	quotient, _ := bits.Div64(high, low, uint64(c))
	return int64(quotient)
}
