package main

import (
	"context"
	"fmt"
	"sync"

	"batchjobwithlambda/batch/contract"
)

// checkFolder refuses to make outputs of the object that might replace those of another object: of
// one of the same run, as the planner has found, or of an earlier run, as its list of outputs says.
func (w *worker) checkFolder(ctx context.Context, object contract.Object) error {
	if object.Inside != "" {
		return outputFailure(fmt.Errorf("its outputs would be among those of %q, and might replace them: "+
			"OutputSuffix keeps them apart", object.Inside))
	}
	if !w.target.InFolders {
		return nil
	}
	for _, list := range w.target.Outer(object.Key) {
		if exists, err := w.outputs.hasOuter(ctx, list.Key); err != nil {
			return err
		} else if exists {
			return outputFailure(fmt.Errorf("its outputs would be among those that %s lists, and might replace them: "+
				"OutputSuffix keeps them apart, or delete that list if they are not needed", list))
		}
	}
	inner, err := w.outputs.firstBelow(ctx, w.target.Inner(object.Key).Prefix)
	if err == nil && inner != "" {
		list := contract.Address{Bucket: w.target.Output.Bucket, Key: inner}
		err = outputFailure(fmt.Errorf("those that %s lists are among its outputs, which might replace them: "+
			"OutputSuffix keeps them apart, or delete that list if they are not needed", list))
	}
	return err
}

// hasOuter is exists for the list of a folder that has those of other objects in it. It asks once
// for each, because they are not in the order of the objects.
func (o *outputs) hasOuter(ctx context.Context, key string) (bool, error) {
	o.mu.Lock()
	ask := o.outer[key]
	if ask == nil {
		ask = sync.OnceValues(func() (bool, error) {
			return o.s3.Exists(ctx, contract.Address{Bucket: o.location.Bucket, Key: key})
		})
		if o.outer == nil {
			o.outer = map[string]func() (bool, error){}
		}
		o.outer[key] = ask
	}
	o.mu.Unlock()
	return ask() // An error ends the job.
}

// firstBelow is the first key that begins with the prefix, or empty. The page of the object whose
// folder that is most often says so.
func (o *outputs) firstBelow(ctx context.Context, prefix string) (string, error) {
	o.mu.Lock()
	key, known := o.pageBelow(prefix)
	o.mu.Unlock()
	if known {
		return key, nil
	}
	return o.s3.First(ctx, contract.Location{Bucket: o.location.Bucket, Prefix: prefix})
}
