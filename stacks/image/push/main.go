package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	folder := "cdk.out"
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, folder, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "push:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, folder string, out io.Writer) error {
	assembly, err := readAssembly(folder)
	if err != nil {
		return err
	}
	caller := &caller{}
	publisher := publisher{
		folder:   folder,
		programs: assembly.programs,
		open:     caller.open,
		keychain: caller,
		out:      out,
	}
	for _, asset := range assembly.assets {
		if err := publisher.publish(ctx, asset); err != nil {
			return fmt.Errorf("%s: %w", asset.DisplayName, err)
		}
	}
	return nil
}
