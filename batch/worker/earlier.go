package main

import (
	"context"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects/segments"
)

// shard is what a job has to do, and what became of it. Each object has a number, from 0.
type shard struct {
	objects []contract.Object
	results []contract.Result
	// known is what the attempts before this one left.
	known contract.Known

	// suspects are the objects that a job of this run may have died of. They come first, one at
	// a time: until the guilty one is found, each death may cost others their attempts.
	suspects []int
	// many are those that may be worked on at once.
	many []int
	// risky are those of which an earlier run died, or its command for want of memory. They come
	// last, one at a time, so that they keep none of the others from being done.
	risky []int
}

// recall takes up what the attempts before this one left. The first attempt has none before it,
// and makes no request.
func (w *worker) recall(ctx context.Context, planned []contract.Object) (*shard, error) {
	s := &shard{objects: planned, results: make([]contract.Result, len(planned))}
	if w.attempt > 1 {
		found, err := segments.Read(ctx, w.s3, w.run.Results(), w.shard)
		if err != nil {
			return nil, err
		}
		s.known = contract.Recall(planned, found)
		w.progress.log.Info(
			"going on", "attempt", w.attempt, "known", len(s.known.Results), "suspects", len(s.known.Deaths),
		)
	}
	for i, object := range planned {
		switch {
		case s.known.Final(object.Key):
			s.results[i] = s.known.Results[object.Key]
		case s.known.Deaths[object.Key] > 0:
			s.suspects = append(s.suspects, i)
		case object.ComesLast():
			s.risky = append(s.risky, i)
		default:
			s.many = append(s.many, i)
		}
	}
	return s, nil
}
