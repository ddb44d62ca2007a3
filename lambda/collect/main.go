package main

import (
	"context"
	"log"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects"
)

func main() {
	settings, err := contract.ReadSettings[contract.CollectSettings](os.Environ())
	if err != nil {
		log.Fatal(err)
	}
	client, err := objects.Open(context.Background(), objects.Options{Buckets: settings.Buckets})
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(collector{client, settings, time.Now}.handle)
}
