package main

import (
	"context"
	"fmt"
	"iter"
	"strconv"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/lambda/internal/inorder"
)

// objects yields the objects that the input asks for, sorted by key, none twice. It
// ends with an error, if there is one.
func (p planner) objects(
	ctx context.Context,
	a asked,
	selected *selection,
) iter.Seq2[contract.Object, error] {
	input := a.input
	switch input.Source {
	case contract.SourceObjects:
		return only(p.named(ctx, input.Objects), selected.takes)
	case contract.SourceManifest:
		planned := withColumns(p.planned(ctx, input.Manifest), input.Manifest, a.job.Command, p.settings.Input)
		if input.Filter.ModifiedSince.IsZero() {
			return only(untimed(planned), selected.takes)
		}
		return only(p.timed(ctx, planned), selected.takes)
	case contract.SourceInventory:
		return p.inventoried(ctx, input.Inventory, selected.takesListed)
	case contract.SourceList:
		return only(p.listed(ctx, input.List, a.job.Command), selected.takes)
	default:
		below := p.settings.Input
		below.Prefix += input.Prefix
		return p.s3.ListWanted(ctx, below, selected.takesListed)
	}
}

// named yields the objects with the keys. They came with the input, so there are at
// most as many as 256 KiB can hold.
func (p planner) named(ctx context.Context, keys []string) iter.Seq2[contract.Listed, error] {
	return inorder.Map(ctx, len(keys), objects.AtOnce, func(ctx context.Context, i int) (contract.Listed, error) {
		object, _, err := p.s3.Head(ctx, contract.Address{Bucket: p.settings.Input.Bucket, Key: keys[i]})
		refused := func(want string) error {
			return &contract.InvalidInput{Field: "objects", Value: strconv.Quote(keys[i]), Want: want}
		}
		switch {
		case objects.KindOf(err) == objects.NotFound:
			err = refused("keys of objects that exist")
		case object.Archived:
			err = refused("keys of objects that can be read: it is archived, and has to be restored first")
		}
		return object, err
	})
}

// planned yields the objects of an earlier run's manifest. Their sizes say how to cut them, and
// an object that a job may have died of is tried apart from the others.
//
// The ETag of a failure is kept, so that what has an output by now is skipped. The object may have
// changed since: the job sees by its Kind that the ETag is an earlier run's. Of any other manifest
// everything is made again.
func (p planner) planned(ctx context.Context, address contract.Address) iter.Seq2[contract.Object, error] {
	refused := func(want string) error {
		return &contract.InvalidInput{Field: "manifest", Value: strconv.Quote(address.String()), Want: want}
	}
	return func(yield func(contract.Object, error) bool) {
		file, err := p.s3.Get(ctx, address)
		if objects.KindOf(err) == objects.NotFound {
			err = refused("the address of a manifest that is still there")
		}
		if err != nil {
			yield(contract.Object{}, err)
			return
		}
		defer file.Close()
		number := 0
		for object, err := range contract.ReadManifest(file) {
			number++
			if err == nil {
				if keyErr := p.settings.Input.CheckKey(object.Key); keyErr != nil {
					err = fmt.Errorf("manifest line %d: %w", number, keyErr)
				}
			}
			if err != nil && objects.KindOf(err) == objects.None {
				err = refused(fmt.Sprintf("a manifest that can be read (%v)", err))
			}
			object.Reason, object.Inside = "", ""
			if !object.HasFailedBefore() {
				object.ETag = ""
			}
			if !yield(object, err) || err != nil {
				return
			}
		}
	}
}
