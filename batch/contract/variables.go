package contract

import "strings"

// What the name of a variable of the command begins with in the job's own environment, where it
// can be no setting of the worker's, and leads to no credentials.
const (
	VariablePrefix = "VARIABLE_"
	// SecretPrefix is that of one whose value must stand nowhere else.
	SecretPrefix = "SECRET_"
)

// CommandVariables returns, by their own names, the variables of the command that are in the
// environment of its job, given as os.Environ gives it.
func CommandVariables(environment []string) (variables, secrets map[string]string) {
	variables, secrets = map[string]string{}, map[string]string{}
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		if own, ok := strings.CutPrefix(name, VariablePrefix); ok {
			variables[own] = value
		} else if own, ok := strings.CutPrefix(name, SecretPrefix); ok {
			secrets[own] = value
		}
	}
	return variables, secrets
}
