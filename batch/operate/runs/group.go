package runs

import (
	"cmp"
	"iter"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"batchjobwithlambda/batch/contract"
)

const (
	// mostGroups bounds the memory of [GroupFailures]; a person reads far fewer.
	mostGroups = 1000
	// mostExamples is how many keys of a group are kept, to look at.
	mostExamples = 3

	// otherReasons is the reason of all failures beyond [mostGroups].
	otherReasons = "other reasons"
)

// Group is failures that have the same reason.
type Group struct {
	// Reason is the objects', with "…" for the object's own name and "N" for each number.
	Reason string               `json:"reason"`
	Kind   contract.FailureKind `json:"kind,omitempty"`
	Count  int64                `json:"count"`
	// Examples are a few of the keys.
	Examples []string `json:"examples"`
}

// digits are numbers, and what has some and is none: the bucket of an address, and the name of S3.
var digits = regexp.MustCompile(`s3://[a-z0-9.-]+|\b[sS]3\b|[0-9]+`)

// exitCode is the beginning of a reason in which the number says something.
var exitCode = regexp.MustCompile(`^exit code [0-9]+(: )?`)

// GroupFailures counts the failures by their reasons, the most frequent first.
func GroupFailures(failures iter.Seq2[contract.Object, error]) ([]Group, error) {
	type reason struct {
		kind contract.FailureKind
		text string
	}
	groups := map[reason]*Group{}
	for object, err := range failures {
		if err != nil {
			return nil, err
		}
		of := reason{object.Kind, commonReason(object)}
		if groups[of] == nil && len(groups) >= mostGroups {
			of = reason{"", otherReasons}
		}
		if groups[of] == nil {
			groups[of] = &Group{Reason: of.text, Kind: of.kind}
		}
		group := groups[of]
		group.Count++
		if len(group.Examples) < mostExamples {
			group.Examples = append(group.Examples, object.Key)
		}
	}
	sorted := make([]Group, 0, len(groups))
	for _, group := range groups {
		sorted = append(sorted, *group)
	}
	slices.SortFunc(sorted, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Reason, b.Reason))
	})
	return sorted, nil
}

// commonReason is the reason without what differs between objects that failed alike.
func commonReason(object contract.Object) string {
	text := strings.TrimSpace(object.Reason)
	for _, own := range []string{object.Key, path.Base(object.Key)} {
		text = replaceName(text, own)
	}
	code := exitCode.FindString(text)
	return code + digits.ReplaceAllStringFunc(text[len(code):], func(found string) string {
		if found[0] < '0' || found[0] > '9' {
			return found
		}
		return "N"
	})
}

// replaceName replaces the name by "…" where it is not a part of a longer word, as the name "a"
// is of "bad".
func replaceName(text, name string) string {
	var replaced strings.Builder
	for {
		before, after, found := strings.Cut(text, name)
		if !found {
			return replaced.String() + text
		}
		last, _ := utf8.DecodeLastRuneInString(before)
		next, _ := utf8.DecodeRuneInString(after)
		replaced.WriteString(before)
		if inWord(last) || inWord(next) {
			replaced.WriteString(name)
		} else {
			replaced.WriteString("…")
		}
		text = after
	}
}

func inWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}
