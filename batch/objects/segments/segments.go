// Package segments reads what jobs left while they worked on a shard.
package segments

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

// atOnce is how many segments of a shard are read at once.
const atOnce = 8

// Read reads all segments of the shard, whose results are at the location. Files that are no
// segments are left out: nothing is known of what they may say.
func Read(
	ctx context.Context,
	client *objects.Client,
	results contract.Location,
	shard int,
) (map[contract.SegmentName]contract.Segment, error) {
	var mu sync.Mutex
	read := map[contract.SegmentName]contract.Segment{}
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for file, err := range client.List(ctx, contract.SegmentsLocation(results, shard)) {
		if err != nil {
			group.Go(func() error { return err })
			break
		}
		name, err := contract.ParseSegmentName(results, file.Key)
		if err != nil {
			continue
		}
		group.Go(func() error {
			segment, err := readOne(reading, client, name.Address(results))
			if err != nil && objects.KindOf(err) == objects.None && reading.Err() == nil {
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			read[name] = segment
			return err
		})
	}
	return read, group.Wait()
}

func readOne(
	ctx context.Context,
	client *objects.Client,
	address contract.Address,
) (contract.Segment, error) {
	file, err := client.Get(ctx, address)
	if err != nil {
		return contract.Segment{}, err
	}
	defer file.Close()
	return contract.ReadSegment(file)
}
