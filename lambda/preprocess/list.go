package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
	"batchjobwithlambda/lambda/internal/lists"
)

// checkSource refuses objects of which nobody says what the command has to be told of each.
func checkSource(source contract.Source, command contract.Command) error {
	columns := columnsOf(command)
	if len(columns) == 0 || source == contract.SourceList || source == contract.SourceManifest {
		return nil
	}
	return &contract.InvalidInput{
		Field: string(contract.SourceList),
		Value: "none",
		Want: fmt.Sprintf("the address of a list that has the column %q, or the manifest of such a run, "+
			"because the command uses it", columns[0]),
	}
}

// columnsOf are the columns that a list has to have for the command, besides the key.
func columnsOf(command contract.Command) []string {
	template, err := contract.ParseTemplate(command)
	if err != nil { // Whoever fills the command says so.
		return nil
	}
	return template.Columns()
}

// listed yields the objects that a list names. All rows are read and checked before the first is
// yielded. One that is not there, or that may not be read, is left to the job, which reports it by
// its name.
func (p planner) listed(
	ctx context.Context,
	address contract.Address,
	command contract.Command,
) iter.Seq2[contract.Listed, error] {
	rows := p.rows(ctx, address, command)
	return askEach(ctx, rows, func(ctx context.Context, row contract.Object) (contract.Listed, error) {
		found, _, err := p.s3.Head(ctx, contract.Address{Bucket: p.settings.Input.Bucket, Key: row.Key})
		switch objects.KindOf(err) {
		case objects.NotFound, objects.Refused:
			return contract.Listed{Object: row}, nil
		}
		found.Columns = row.Columns
		return found, err
	})
}

// rows yields the rows of a list as objects of which nothing else is known, sorted by their keys.
func (p planner) rows(
	ctx context.Context,
	address contract.Address,
	command contract.Command,
) iter.Seq2[contract.Object, error] {
	refused := func(want string) error {
		return &contract.InvalidInput{Field: "list", Value: strconv.Quote(address.String()), Want: want}
	}
	checkColumns := command.CheckColumns(p.settings.Input)
	check := func(row lists.Row) error {
		if err := p.settings.Input.CheckKey(row.Key); err != nil {
			return err
		}
		return checkColumns(row.Columns)
	}
	return func(yield func(contract.Object, error) bool) {
		file, err := p.s3.Get(ctx, address)
		if objects.KindOf(err) == objects.NotFound {
			err = refused("the address of a list that is there")
		}
		if err != nil {
			yield(contract.Object{}, err)
			return
		}
		defer file.Close()
		for row, err := range lists.Sorted(file, address.Key, columnsOf(command), check) {
			if wrong, ok := errors.AsType[*lists.Error](err); ok {
				err = refused(fmt.Sprintf("a list that can be used (%v)", wrong))
			}
			if !yield(contract.Object{Key: row.Key, Columns: row.Columns}, err) || err != nil {
				return
			}
		}
	}
}

// withColumns yields the objects of a manifest. It ends with an *InvalidInput at one of which the
// manifest does not say what the command uses.
func withColumns(
	all iter.Seq2[contract.Object, error],
	address contract.Address,
	command contract.Command,
	input contract.Location,
) iter.Seq2[contract.Object, error] {
	if len(columnsOf(command)) == 0 {
		return all
	}
	check := command.CheckColumns(input)
	return func(yield func(contract.Object, error) bool) {
		for object, err := range all {
			if err == nil {
				if wrong := check(object.Columns); wrong != nil {
					err = &contract.InvalidInput{
						Field: "manifest",
						Value: strconv.Quote(address.String()),
						Want:  fmt.Sprintf("the manifest of a run of a list (key %q: %v)", object.Key, wrong),
					}
				}
			}
			if !yield(object, err) || err != nil {
				return
			}
		}
	}
}
