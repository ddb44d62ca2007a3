package iam

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAWildcardStandsForAnyCharactersOfOnePartOfAnARN(t *testing.T) {
	const object = "arn:aws:s3:::bucket/input/2026/01.csv"
	for pattern, want := range map[string]bool{
		"*":                                      true,
		object:                                   true,
		"arn:aws:s3:::bucket/input/*":            true, // Slashes included.
		"arn:aws:s3:::bucket/*/01.csv":           true,
		"arn:aws:s3:::bucket/input/2026/0?.csv":  true,
		"arn:aws:s3:::bucket/input/2026/?01.csv": false, // One character, not none.
		"arn:aws:s3:::bucket/input/2026/01.csv*": true,  // None is enough.
		"arn:aws:s3:::bucket/Input/*":            false, // Case counts.
		"arn:aws:s3:::bucket":                    false,
		"arn:aws:s3:::bucket*":                   true,
		"arn:*:bucket/input/*":                   false, // No colon is reached over.
		"arn:aws:s3:*:*:bucket/input/*":          true,
	} {
		if got := matchesARN(pattern, object); got != want {
			t.Errorf("%q matches %q: %t, want %t", pattern, object, got, want)
		}
	}
	for _, test := range []struct {
		pattern, arn string
		want         bool
	}{
		{"arn:aws:s3:::bucket/input/*", "arn:aws:s3:::bucket/input/a:b:c", true}, // The last part has the rest.
		{"arn:aws:log*:1:log-group:name", "arn:aws:logs:r:1:log-group:name", false},
		{"arn:aws:s3:::bucket/*", "*", false}, // The action does not support resource-level permissions.
		{"arn:aws:logs:r:1:log-group:name:*", "arn:aws:logs:r:1:log-group:name:log-stream:s", true},
		{"arn:aws:logs:r:1:log-group:name:*", "arn:aws:logs:r:1:log-group:another:log-stream:s", false},
	} {
		if got := matchesARN(test.pattern, test.arn); got != test.want {
			t.Errorf("%q matches %q: %t, want %t", test.pattern, test.arn, got, test.want)
		}
	}
}

// FuzzMatches holds the matcher against a regular expression that says the same.
func FuzzMatches(f *testing.F) {
	for _, seed := range [][2]string{{"", ""}, {"*", ""}, {"a*b*c", "aXbYc"}, {"a*b", "aabab"}, {"?", "ü"}, {"*?*", "\n"}, {"**a", "a"}, {"a?", "a"}, {"[a-z]", "b"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if !utf8.ValidString(pattern) || !utf8.ValidString(text) {
			t.Skip("no text of a policy or a request")
		}
		expression := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
		want := regexp.MustCompile(`(?s)^` + expression + `$`).MatchString(text)
		if got := matches(pattern, text); got != want {
			t.Errorf("%q matches %q: %t, want %t", pattern, text, got, want)
		}
	})
}
