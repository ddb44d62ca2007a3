package cloud

import (
	"context"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/batch/operate/runs"
)

const (
	// sampledShards is of how many shards the segments are read: of a run with more, these stand
	// for all.
	sampledShards = 40
	// requestsPerLook bounds how many requests to S3 one look at a run makes, so that watching stays
	// at a few a second, however many jobs there are: S3 allows 5,500 reads a second of a prefix
	// ("Best practices design patterns", Amazon S3 User Guide), which are the jobs'.
	requestsPerLook = 6
	// newestFailures is how many failures are kept, to show.
	newestFailures = 3
)

// live adds up what the jobs of a run leave while they work, a few segments at each look.
type live struct {
	files   *objects.Client
	results contract.Location
	shards  int
	samples []*sample
	// next is the sample whose turn it is.
	next int
	sum  runs.Live
	pace runs.Pace
}

// sample is a shard that is looked at.
type sample struct {
	number int
	// after is the key of the last segment that was read.
	after string
	// passing are the objects that failed, and of which a later attempt may make more.
	passing map[string]bool
}

func newLive(files *objects.Client, run contract.Run, shards int) *live {
	l := &live{files: files, results: run.Results(), shards: shards}
	number := min(shards, sampledShards)
	for i := range number {
		l.samples = append(l.samples, &sample{number: i * shards / number, passing: map[string]bool{}})
	}
	return l
}

// look reads what is new, as far as the requests of one look go.
func (l *live) look(ctx context.Context) error {
	left := requestsPerLook
	for range l.samples {
		if left == 0 {
			return nil
		}
		s := l.samples[l.next]
		used, whole, err := l.read(ctx, s, left)
		if err != nil {
			return err
		}
		left -= used
		if !whole { // It goes on there.
			return nil
		}
		l.next = (l.next + 1) % len(l.samples)
	}
	return nil
}

// read reads the shard's new segments with at most so many requests. It returns how many it took,
// and whether it has read all.
func (l *live) read(ctx context.Context, s *sample, most int) (used int, whole bool, err error) {
	location := contract.SegmentsLocation(l.results, s.number)
	listed, more, err := l.files.Page(ctx, location, s.after, most)
	if err != nil {
		return 1, false, err
	}
	for used = 1; len(listed) > 0; used++ {
		if used == most {
			return used, false, nil
		}
		key := listed[0].Key
		if err := l.add(ctx, s, location, key); err != nil {
			return used, false, err
		}
		s.after, listed = key, listed[1:]
	}
	return used, !more, nil
}

// add adds a segment. What is no segment is left out.
func (l *live) add(ctx context.Context, s *sample, location contract.Location, key string) error {
	file, err := l.files.Get(ctx, contract.Address{Bucket: location.Bucket, Key: key})
	if err != nil {
		return err
	}
	defer file.Close()
	segment, err := contract.ReadSegment(file)
	if err != nil {
		return nil
	}
	for _, result := range segment.Results {
		l.addResult(s, result)
	}
	return nil
}

func (l *live) addResult(s *sample, result contract.Result) {
	if s.passing[result.Key] { // The later attempt counts.
		delete(s.passing, result.Key)
		l.sum.Failed--
	}
	switch result.Status {
	case contract.Done:
		l.sum.Done++
		l.sum.Bytes += result.BytesIn
	case contract.Skipped:
		l.sum.Skipped++
	case contract.Failed:
		l.sum.Failed++
		if result.Kind.MayPass() {
			s.passing[result.Key] = true
		}
		l.sum.Seen++
		l.sum.Newest = append(l.sum.Newest, result)
		l.sum.Newest = l.sum.Newest[max(0, len(l.sum.Newest)-newestFailures):]
	}
}

// all is what the samples say of all shards.
func (l *live) all(clock runs.Clock) *runs.Live {
	sum := l.sum
	sum.Estimated = len(l.samples) < l.shards
	for _, number := range []*int64{&sum.Done, &sum.Skipped, &sum.Failed, &sum.Bytes} {
		*number = *number * int64(l.shards) / int64(len(l.samples))
	}
	sum.BytesPerSecond = l.pace.Add(clock.Now(), sum.Bytes)
	return &sum
}
