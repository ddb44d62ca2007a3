package config

import (
	"fmt"
	"slices"
	"strings"
)

// List is environments, and the file in which they can be changed.
type List struct {
	File         string
	Environments []Environment
}

// Names are the names of the environments.
func (l List) Names() []string {
	names := make([]string, 0, len(l.Environments))
	for _, environment := range l.Environments {
		names = append(names, environment.Name)
	}
	return names
}

// Named returns the environment with the name, its defaults filled in. It returns an error
// when there is no such environment, or one with everything that is wrong in it.
func (l List) Named(name string) (Environment, error) {
	i := slices.IndexFunc(l.Environments, func(e Environment) bool { return e.Name == name })
	if i < 0 {
		return Environment{}, fmt.Errorf("environment: got %q, want %s: add one to %s, or choose one with -c env=%s",
			name, strings.Join(l.Names(), " or "), l.File, l.Names()[0])
	}
	environment := l.Environments[i].WithDefaults()
	if err := environment.Validate(l.File); err != nil {
		return Environment{}, err
	}
	return environment, nil
}
