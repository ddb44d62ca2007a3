// Command app synthesizes one environment: -c env=dev or env=prod.
package main

import (
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/stacks"
	"batchjobwithlambda/stacks/environments"
)

func main() {
	err := stacks.Run(environments.All)
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
