package main

import (
	"context"
	"log"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/lambda/internal/store"
)

func main() {
	settings, err := contract.ReadSettings[contract.CollectSettings](os.Environ())
	if err != nil {
		log.Fatal(err)
	}
	files, err := store.Open(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(collector{files, settings, time.Now}.handle)
}
