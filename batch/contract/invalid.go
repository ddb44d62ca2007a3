package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// InvalidInput says what of an execution's input cannot be honoured. Its name is the
// name of the error that the execution shows.
type InvalidInput struct {
	// Field is the part of the input that is wrong.
	Field string
	// Value is what was given, as JSON on one line.
	Value string
	// Want is what could have been given instead.
	Want string
}

// Error says field, value, and what could have been given.
func (e *InvalidInput) Error() string {
	return fmt.Sprintf("%s: got %s, want %s", e.Field, shorten(e.Value), e.Want)
}

// shorten keeps an error readable on a phone, whatever was given.
func shorten(value string) string {
	const most = 120 // Characters.
	if utf8.RuneCountInString(value) <= most {
		return value
	}
	return fmt.Sprintf("%.*s…", most, value)
}

// quote is a text as a value of [InvalidInput].
func quote(text string) string { return strconv.Quote(text) }

// raw is JSON, or what was to be JSON, as a value of [InvalidInput].
func raw(value json.RawMessage) string {
	var line bytes.Buffer
	if !utf8.Valid(value) || json.Compact(&line, value) != nil {
		return quote(string(value))
	}
	return line.String()
}
