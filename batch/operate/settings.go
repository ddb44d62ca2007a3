package main

import (
	"context"

	"batchjobwithlambda/stacks/environments"
)

var settingsVerb = verb{
	name:      "settings",
	does:      "print every setting of the environment, made or default",
	listsJSON: true,
	prepare:   noFlags(showSettings),
}

func showSettings(_ context.Context, s *session) error {
	environment, err := environments.All.Named(s.environment)
	if err != nil {
		return err
	}
	if s.json {
		return s.printJSON(environment)
	}
	return environment.Write(s.out)
}
