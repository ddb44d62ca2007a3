package main

import (
	"context"
	"encoding/json"

	"batchjobwithlambda/stacks/environments"
)

var settingsVerb = verb{
	name:    "settings",
	does:    "print the settings of the environment in full, as JSON",
	prepare: noFlags(showSettings),
}

func showSettings(_ context.Context, s *session) error {
	environment, err := environments.All.Named(s.environment)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(s.out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(environment)
}
