package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

var (
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)
	// A secret, perhaps one key of its JSON, a stage or a version ("Specify sensitive data with
	// Secrets Manager", AWS Batch User Guide), or a parameter. It stands in policies, where * and ?
	// are wildcards and ${ begins a variable.
	secretPattern = regexp.MustCompile(`^arn:aws(-[a-z]+)*:(` +
		`secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+(:[\w.@/-]*:[\w.@/-]*:[\w.@/-]*)?|` +
		`ssm:[a-z0-9-]+:\d{12}:parameter/[\w./-]+)$`)
)

// checkVariables requires names that programs can ask for, and secrets that AWS Batch can fetch. The
// error never has what was given as a secret: it may be one.
func (v *validator) checkVariables(p Pipeline) {
	const wantName = "a name of letters, digits and _ that does not begin with a digit, and is not OBJECT_KEY"
	for _, name := range slices.Sorted(maps.Keys(p.Variables)) {
		v.check(isVariable(name), "Variables", name, wantName)
		v.check(!strings.Contains(p.Variables[name], "\x00"), "Variables", name, "a value without a NUL")
	}
	for _, name := range slices.Sorted(maps.Keys(p.Secrets)) {
		v.check(isVariable(name), "Secrets", name, wantName)
		_, twice := p.Variables[name]
		v.check(!twice, "Secrets", name, "a name that Variables does not have")
		v.check(secretPattern.MatchString(p.Secrets[name]), "Secrets", name,
			"the whole ARN of a secret in Secrets Manager or of a parameter in Parameter Store as its value")
	}
}

func isVariable(name string) bool { return variableName.MatchString(name) && name != "OBJECT_KEY" }
