package main

import (
	"fmt"

	"batchjobwithlambda/batch/contract"
)

// job is what the worker was started for.
type job struct {
	manifest contract.Address
	run      contract.Run
	settings contract.WorkSettings
	shard    int
	// attempt is the number of the attempt, counted from 1.
	attempt int
	command contract.Command
	// commandText is the command as the metadata of its outputs has it.
	commandText string
	template    contract.Template
}

// readJob reads the arguments and the environment variables. Its error is one of the set-up.
func readJob(arguments, environment []string) (job, error) {
	if len(arguments) < 3 {
		return job{}, fmt.Errorf("arguments: got %q, want MANIFEST RESULTS COMMAND [ARGUMENT…]", arguments)
	}
	manifest, err := contract.ParseAddress(arguments[0])
	if err != nil {
		return job{}, fmt.Errorf("manifest: %w", err)
	}
	run, err := contract.RunOf(manifest)
	if err != nil {
		return job{}, err
	}
	results, err := contract.ParseLocation(arguments[1])
	if err != nil {
		return job{}, fmt.Errorf("results: %w", err)
	}
	if results != run.Results() {
		return job{}, fmt.Errorf("results: got %s, want those of the manifest's run, %s", results, run.Results())
	}
	settings, err := contract.ReadSettings[contract.WorkSettings](environment)
	if err != nil {
		return job{}, err
	}
	if err := checkScratch(settings.Scratch); err != nil {
		return job{}, err
	}
	shard, err := contract.ShardNumber(environment)
	if err != nil {
		return job{}, err
	}
	attempt, err := contract.AttemptNumber(environment)
	if err != nil {
		return job{}, err
	}
	command := contract.Command(arguments[2:])
	template, err := contract.ParseTemplate(command)
	if err != nil {
		return job{}, err
	}
	return job{
		manifest:    manifest,
		run:         run,
		settings:    settings,
		shard:       shard,
		attempt:     attempt,
		command:     command,
		commandText: command.String(),
		template:    template,
	}, nil
}
