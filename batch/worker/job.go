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
	// command is what is run, with the values of its parameters.
	command contract.Command
	// texts are the command as the metadata of its outputs has it.
	texts    contract.Texts
	template contract.Template
	// target says where its outputs belong.
	target contract.Outputs
}

// readJob reads the arguments and the environment variables. Its error is one of the set-up.
func readJob(arguments, environment []string) (job, error) {
	if len(arguments) < 4 {
		return job{}, fmt.Errorf("arguments: got %q, want MANIFEST RESULTS PARAMETERS COMMAND [ARGUMENT…]", arguments)
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
	parameters, err := contract.ParseParameters(arguments[2])
	if err != nil {
		return job{}, err
	}
	command, err := contract.Command(arguments[3:]).Fill(parameters)
	if err != nil {
		return job{}, err
	}
	template, err := contract.ParseTemplate(command)
	if err != nil {
		return job{}, err
	}
	texts, err := contract.NewTexts(command)
	if err != nil {
		return job{}, err
	}
	return job{
		manifest: manifest,
		run:      run,
		settings: settings,
		shard:    shard,
		attempt:  attempt,
		command:  command,
		texts:    texts,
		template: template,
		target:   settings.Outputs(command),
	}, nil
}
