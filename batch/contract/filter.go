package contract

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"
)

// Listed is an object as S3 lists it: with what a run may choose it by, and a manifest does not
// keep.
type Listed struct {
	Object
	// Modified is when the object was written; zero if that is not known.
	Modified time.Time
	// Archived says that the object has to be restored before it can be read. Whoever lists it
	// may not know: the archive tiers of S3 Intelligent-Tiering are only in the answer to a HEAD.
	Archived bool
}

// Filter says which objects of its source a run takes. The zero value takes all.
type Filter struct {
	// Include and Exclude are globs over the key below the input prefix, in which ** stands for
	// any number of folders. An object is taken if it matches one of Include, or Include is
	// empty, and none of Exclude.
	Include []string
	Exclude []string
	// ModifiedSince takes what was written then or later, and what nobody knows the time of.
	ModifiedSince time.Time
	// MinSize and MaxSize are in bytes, both included; 0 is no bound.
	MinSize int64
	MaxSize int64
}

// Takes reports whether the run takes the object, whose name is its key below the input prefix.
func (f Filter) Takes(name string, object Listed) bool {
	matches := func(glob string) bool { return doublestar.MatchUnvalidated(glob, name) }
	return object.Size >= f.MinSize && (f.MaxSize == 0 || object.Size <= f.MaxSize) &&
		(object.Modified.IsZero() || !object.Modified.Before(f.ModifiedSince)) &&
		(len(f.Include) == 0 || slices.ContainsFunc(f.Include, matches)) &&
		!slices.ContainsFunc(f.Exclude, matches)
}

func parseGlobs(field string, value json.RawMessage, settings PlanSettings) ([]string, error) {
	want := fmt.Sprintf(`a list of one glob or more over the keys below %s, such as "2026/**/*.csv"`, settings.Input)
	var values []json.RawMessage
	if err := json.Unmarshal(value, &values); err != nil || len(values) == 0 {
		return nil, &InvalidInput{Field: field, Value: raw(value), Want: want}
	}
	globs := make([]string, 0, len(values))
	for i, value := range values {
		field := fmt.Sprintf("%s[%d]", field, i)
		glob, err := parseString(field, value, want)
		if err != nil {
			return nil, err
		}
		if glob == "" || !doublestar.ValidatePattern(glob) {
			return nil, &InvalidInput{Field: field, Value: quote(glob), Want: want}
		}
		if rest, ok := strings.CutPrefix(glob, settings.Input.Prefix); ok && settings.Input.Prefix != "" {
			return nil, repeatsPrefix(field, glob, rest, settings.Input)
		}
		globs = append(globs, glob)
	}
	return globs, nil
}

func parseTime(field string, value json.RawMessage) (time.Time, error) {
	const want = `a time in RFC 3339, such as "2026-11-22T18:30:00Z"`
	text, err := parseString(field, value, want)
	if err != nil {
		return time.Time{}, err
	}
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, &InvalidInput{Field: field, Value: quote(text), Want: want}
	}
	return parsed, nil
}

// check returns an error if no object can be taken.
func (f Filter) check() error {
	if f.MaxSize != 0 && f.MaxSize < f.MinSize {
		return &InvalidInput{
			Field: "max_size",
			Value: fmt.Sprint(f.MaxSize),
			Want:  fmt.Sprintf("%d or more, which is min_size", f.MinSize),
		}
	}
	return nil
}
