package main

import (
	"context"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/bench/program"
	"batchjobwithlambda/test/programs"
)

func main() {
	figures.Main("starting", func(folder string, sheet *figures.Sheet) error {
		return run(context.Background(), folder, sheet)
	})
}

func run(ctx context.Context, folder string, sheet *figures.Sheet) error {
	if err := sizes(ctx, sheet, folder); err != nil {
		return err
	}
	if err := programs.Build(ctx, folder, []string{"lambda/preprocess", "lambda/collect"}); err != nil {
		return err
	}
	if err := program.StayAway(); err != nil {
		return err
	}
	return responses(ctx, sheet, folder)
}
