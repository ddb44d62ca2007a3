package main

import (
	"context"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

func main() {
	settings, err := contract.ReadSettings[contract.PlanSettings](os.Environ())
	if err != nil {
		log.Fatal(err)
	}
	client, err := objects.Open(context.Background(), objects.Options{Buckets: settings.Buckets})
	if err != nil {
		log.Fatal(err)
	}
	told, err := openQueue(context.Background(), settings)
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(planner{client, settings, told}.handle)
}
