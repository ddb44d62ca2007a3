package main

import (
	"context"
	"log"
	"os"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/bench/program"
	"batchjobwithlambda/test/programs"
)

func main() {
	folder, err := os.MkdirTemp("", "starting-")
	if err != nil {
		log.Fatal(err)
	}
	err = run(context.Background(), folder)
	os.RemoveAll(folder)
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, folder string) error {
	sheet := figures.NewSheet(os.Stdout)
	if err := sizes(ctx, sheet, folder); err != nil {
		return err
	}
	if err := programs.Build(ctx, folder, []string{"lambda/preprocess", "lambda/collect"}); err != nil {
		return err
	}
	if err := program.StayAway(); err != nil {
		return err
	}
	if err := responses(ctx, sheet, folder); err != nil {
		return err
	}
	return sheet.Err()
}
