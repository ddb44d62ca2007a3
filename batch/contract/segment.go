package contract

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Segment is a file that a job leaves while it works on a shard: what it has come to know
// since the segment before. Whatever becomes of the job, the next attempt and the function
// that adds up the run know from its segments what was done, and what it may have died of.
type Segment struct {
	// Admitted is how many objects of the shard, from its first on, the job may have started
	// by now, except for those that come last. A segment says so before it is true.
	Admitted int `json:"admitted"`
	// Alone is the key of the object that the job is about to work on alone, because a job
	// may have died of it before; empty if there is none.
	Alone string `json:"alone,omitempty"`
	// Ended says that the job has ended by itself, or because it was told to: it has not
	// died of any object.
	Ended bool `json:"ended,omitempty"`
	// Milliseconds is how long the attempt has worked by now.
	Milliseconds int64 `json:"ms,omitempty"`
	// Results are the objects of which it is known what became of them, in no order.
	Results []Result `json:"-"`
}

// AppendSegment appends the segment's lines to a file: a header, and a line for each result.
func AppendSegment(file []byte, segment Segment) []byte {
	header, err := json.Marshal(segment)
	if err != nil {
		panic(err) // Its fields are always JSON.
	}
	file = append(append(file, header...), '\n')
	for _, result := range segment.Results {
		file = AppendResult(file, result)
	}
	return file
}

// ReadSegment reads what [AppendSegment] wrote. It returns an error when it is anything else.
func ReadSegment(r io.Reader) (Segment, error) {
	file := bufio.NewReader(r)
	line, err := file.ReadBytes('\n')
	if err != nil {
		return Segment{}, fmt.Errorf("segment: header: %w", err)
	}
	segment, err := parseLine[Segment](line[:len(line)-1])
	if err != nil {
		return Segment{}, fmt.Errorf("segment: header: %w", err)
	}
	if min(int64(segment.Admitted), segment.Milliseconds) < 0 {
		return Segment{}, fmt.Errorf("segment: got %+v, want no negative number", segment)
	}
	for result, err := range ReadResults(file) {
		if err != nil {
			return Segment{}, fmt.Errorf("segment: %w", err)
		}
		segment.Results = append(segment.Results, result)
	}
	return segment, nil
}

// SegmentName is what a segment is called: which job wrote it, and the how many-th it is.
type SegmentName struct {
	// Shard is the number of the shard, counted from 0.
	Shard int
	// Attempt is the number of the attempt, counted from 1, and Writer tells the attempt from
	// a copy of it: letters and digits.
	Attempt int
	Writer  string
	// Number is the segment's, counted from 0.
	Number int
}

// SegmentsLocation is where the shard with the number leaves its segments, below the location
// that [Run.Results] gave.
func SegmentsLocation(results Location, shard int) Location {
	return Location{Bucket: results.Bucket, Prefix: results.Prefix + strconv.Itoa(shard) + "/"}
}

// Address is where the segment is, below the location that [Run.Results] gave. The addresses
// of an attempt's segments are in the order of their numbers.
func (n SegmentName) Address(results Location) Address {
	name := fmt.Sprintf("%02d-%s-%06d%s", n.Attempt, n.Writer, n.Number, resultExtension)
	return SegmentsLocation(results, n.Shard).Address(name)
}

// ParseSegmentName reads the key of a segment below the location that [Run.Results] gave. It
// returns an error when the key is that of no segment.
func ParseSegmentName(results Location, key string) (SegmentName, error) {
	var name SegmentName
	path, _ := results.Name(key)
	shard, file, _ := strings.Cut(path, "/")
	parts := strings.Split(strings.TrimSuffix(file, resultExtension), "-")
	if len(parts) != 3 {
		return name, fmt.Errorf("segment: got key %q, want SHARD/ATTEMPT-WRITER-NUMBER%s", path, resultExtension)
	}
	var errs [3]error
	name.Shard, errs[0] = strconv.Atoi(shard)
	name.Attempt, errs[1] = strconv.Atoi(parts[0])
	name.Writer = parts[1]
	name.Number, errs[2] = strconv.Atoi(parts[2])
	// Writing it again and comparing refuses whatever was read too leniently.
	if errors.Join(errs[:]...) != nil || name.Address(results).Key != key {
		return SegmentName{}, fmt.Errorf("segment: got key %q, want SHARD/ATTEMPT-WRITER-NUMBER%s", path, resultExtension)
	}
	return name, nil
}
