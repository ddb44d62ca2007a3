package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/stacks"
)

func main() {
	folder := flag.String("grid", "", "synthesize every environment of the grid, below the `folder`")
	flag.Parse()
	var err error
	if *folder != "" {
		err = synthesizeGrid(*folder)
	} else {
		all.Environments = append(all.Environments, grid()...)
		err = stacks.Run(all)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	// jsii waits for its process twice, and complains of the second time.
	os.Stderr = nil
	jsii.Close()
	if err != nil {
		os.Exit(1)
	}
}
