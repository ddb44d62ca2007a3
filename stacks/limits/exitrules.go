package limits

import "regexp"

const maxExitRules = 5 // "RetryStrategy", AWS Batch API Reference.

// What a rule's patterns may hold ("EvaluateOnExit", AWS Batch API Reference). A wildcard
// ends a pattern; nothing in it can be quoted.
var (
	reasonPattern   = regexp.MustCompile(`^[A-Za-z0-9.:\s]{0,511}([A-Za-z0-9.:\s]|\*)$`)
	exitCodePattern = regexp.MustCompile(`^(\d{1,3}|\d{0,3}\*)$`)
)

// oneExitCode is one exit code of a program that failed.
var oneExitCode = regexp.MustCompile(`^[1-9]\d{0,2}$`)

type exitRule struct{ Action, OnExitCode, OnStatusReason, OnReason string }

// exitRules requires rules that AWS Batch takes, and that end nothing but a job whose program
// ended by itself. A task that never started has no exit code and any reason at all, and no
// page says whether a wildcard matches what is not there.
func (c *checker) exitRules(rules []exitRule) {
	c.require(
		len(rules) >= 1 && len(rules) <= maxExitRules,
		"RetryStrategy.EvaluateOnExit has %d rules: allowed is 1 to %d",
		len(rules),
		maxExitRules,
	)
	for _, rule := range rules {
		c.exitPattern("OnReason", rule.OnReason, reasonPattern, "letters, digits, periods, colons and spaces")
		c.exitPattern("OnStatusReason", rule.OnStatusReason, reasonPattern, "letters, digits, periods, colons and spaces")
		c.exitPattern("OnExitCode", rule.OnExitCode, exitCodePattern, "up to three digits")
		c.require(
			rule.Action == "RETRY" || oneExitCode.MatchString(rule.OnExitCode),
			"rule %+v of RetryStrategy.EvaluateOnExit: it must name one exit code, without a wildcard, "+
				"so that it does not end a task that never started",
			rule,
		)
	}
}

func (c *checker) exitPattern(field, pattern string, want *regexp.Regexp, allowed string) {
	c.require(
		pattern == "" || want.MatchString(pattern),
		"%s %q of RetryStrategy.EvaluateOnExit: allowed are %s, and * at the end",
		field,
		pattern,
		allowed,
	)
}
