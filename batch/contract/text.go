package contract

import (
	"bytes"
	"regexp"
	"unicode/utf8"
)

// wholeSurrogates matches JSON in which each escaped surrogate has its other half.
var wholeSurrogates = regexp.MustCompile(
	`^(?s:[^\\]|\\[^u]|\\u[^dD]...|\\u[dD][0-7]..|\\u[dD][89abAB]..\\u[dD][c-fC-F]..)*$`)

// faithful reports whether encoding/json decodes the text as what it says. For what is
// not UTF-8, and for half a surrogate pair, it quietly puts U+FFFD, and so would name
// another key.
func faithful(text []byte) bool {
	return utf8.Valid(text) && (!bytes.Contains(text, []byte(`\u`)) || wholeSurrogates.Match(text))
}
