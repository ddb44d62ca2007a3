package main

import (
	"flag"
	"log"
	"os"

	"batchjobwithlambda/stacks/environments"
)

func main() {
	log.SetFlags(0)
	name := flag.String("env", "dev", "the `environment` to print")
	flag.Parse()
	environment, err := environments.All.Named(*name)
	if err == nil {
		err = environment.Write(os.Stdout)
	}
	if err != nil {
		log.Fatal(err)
	}
}
