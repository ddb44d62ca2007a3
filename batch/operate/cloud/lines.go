package cloud

import (
	"context"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"batchjobwithlambda/batch/operate/runs"
)

// streamsAtOnce is how many streams FilterLogEvents takes ("FilterLogEvents", Amazon CloudWatch
// Logs API Reference).
const streamsAtOnce = 100

// lines yields the lines of the streams that were not seen yet. If a key is given, lines that are
// not about it may be left out.
func (p *Place) lines(
	ctx context.Context, streams map[string]int, key string, seen cursors,
) iter.Seq2[runs.Line, error] {
	return func(yield func(runs.Line, error) bool) {
		for chunk := range slices.Chunk(slices.Sorted(maps.Keys(streams)), streamsAtOnce) {
			pages := cloudwatchlogs.NewFilterLogEventsPaginator(p.logs, &cloudwatchlogs.FilterLogEventsInput{
				LogGroupName:   &p.logGroup,
				LogStreamNames: chunk,
				StartTime:      aws.Int64(seen.from(chunk)),
				FilterPattern:  keyPattern(key),
			})
			for pages.HasMorePages() {
				page, err := pages.NextPage(ctx)
				if err != nil {
					yield(runs.Line{}, err)
					return
				}
				for _, event := range page.Events {
					if seen.has(event) {
						continue
					}
					line := runs.Line{
						Shard: streams[aws.ToString(event.LogStreamName)],
						Time:  time.UnixMilli(aws.ToInt64(event.Timestamp)),
						Text:  aws.ToString(event.Message),
					}
					if !yield(line, nil) {
						return
					}
				}
			}
		}
	}
}

// keyPattern has CloudWatch leave out what is not about the key; nil if it is to leave out
// nothing. In a key with one of these characters a pattern means something else ("Filter pattern
// syntax", Amazon CloudWatch Logs User Guide).
func keyPattern(key string) *string {
	if key == "" || strings.ContainsAny(key, `"\*`) {
		return nil
	}
	return aws.String(`{ $.key = "` + key + `" }`)
}

// cursors say by the names of streams how far they have been read.
type cursors map[string]*cursor

// cursor is the time of the last events of a stream, in milliseconds, and the ids of those of
// that time.
type cursor struct {
	at  int64
	ids map[string]bool
}

// from is the time from which on the streams may have something new.
func (c cursors) from(streams []string) int64 {
	from := int64(math.MaxInt64)
	for _, name := range streams {
		if c[name] == nil {
			return 0
		}
		from = min(from, c[name].at)
	}
	return from
}

// has reports whether the event was seen before, and keeps that it was. The events of a stream
// come in the order of their time.
func (c cursors) has(event logstypes.FilteredLogEvent) bool {
	name, at, id := aws.ToString(event.LogStreamName), aws.ToInt64(event.Timestamp), aws.ToString(event.EventId)
	last := c[name]
	if last == nil || at > last.at {
		last = &cursor{at, map[string]bool{}}
		c[name] = last
	}
	if at < last.at || last.ids[id] {
		return true
	}
	last.ids[id] = true
	return false
}
