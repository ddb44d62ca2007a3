package contract

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const parameterPrefix = "param."

var (
	// parameterName is what a parameter may be called; see [IsParameterName].
	parameterName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,63}$`)

	// inBraces is what may be a placeholder, in one pair of braces or more.
	inBraces = regexp.MustCompile(`\{+(?i:(?:params?|columns?)\.[^{}]*|[a-z][^{}\s]*)\}+`)

	// misnomers are what people write who do not remember the placeholder's name.
	misnomers = map[string]string{
		"{input}":   InFile,
		"{in1}":     InFile,
		"{infile}":  InFile,
		"{inputs}":  InFiles,
		"{in…}":     InFiles,
		"{output}":  OutFile,
		"{outfile}": OutFile,
	}
)

// IsParameterName reports whether a parameter may have the name: a letter, and up to 63 more
// letters, digits, '_' and '-'.
func IsParameterName(name string) bool { return parameterName.MatchString(name) }

// parseArgument cuts the argument into pieces.
func parseArgument(argument string) ([]piece, error) {
	var pieces []piece
	done := 0
	for _, found := range inBraces.FindAllStringIndex(argument, -1) {
		text := argument[found[0]:found[1]]
		placeholder := "{" + strings.Trim(text, "{}") + "}"
		before, after, _ := strings.Cut(text, placeholder)
		ours, err := classify(placeholder)
		switch {
		case !ours, before == "" && strings.HasSuffix(argument[:found[0]], "$"):
			continue
		case before != "" && after != "":
			pieces = appendLiteral(pieces, argument[done:found[0]]+before[1:]+placeholder+after[1:])
		case err != nil:
			return nil, fmt.Errorf("command argument %q: %w", argument, err)
		default:
			pieces = appendLiteral(pieces, argument[done:found[0]]+before)
			pieces = append(pieces, piece{placeholder, true})
			pieces = appendLiteral(pieces, after)
		}
		done = found[1]
	}
	return appendLiteral(pieces, argument[done:]), nil
}

func appendLiteral(pieces []piece, text string) []piece {
	if text == "" {
		return pieces
	}
	if last := len(pieces) - 1; last >= 0 && !pieces[last].placeholder {
		pieces[last].text += text
		return pieces
	}
	return append(pieces, piece{text: text})
}

// classify reports whether what is in braces is a placeholder. It is with an error if it
// is one that nobody can mean: a known one spelled wrong, or a parameter without a name.
func classify(text string) (ours bool, err error) {
	if slices.Contains(placeholders, text) || furtherInput.MatchString(text) {
		return true, nil
	}
	word := strings.ToLower(text)
	for _, prefix := range []string{parameterPrefix, columnPrefix} {
		if ours, err := classifyNamed(text, word, prefix); ours {
			return true, err
		}
	}
	if meant := meantBy(word); meant != "" {
		return true, fmt.Errorf("got %[1]s, want %[2]s, or {%[1]s} if the program is to see %[1]s", text, meant)
	}
	return false, nil
}

// classifyNamed is classify for the placeholders with the prefix, and the name of what they stand for.
func classifyNamed(text, word, prefix string) (ours bool, err error) {
	misspelt := strings.TrimSuffix(prefix, ".") + "s."
	if !strings.HasPrefix(word, "{"+prefix) && !strings.HasPrefix(word, "{"+misspelt) {
		return false, nil
	}
	name, ok := strings.CutPrefix(strings.TrimSuffix(text, "}"), "{"+prefix)
	switch {
	case text == ColumnPlaceholder(KeyColumn):
		return true, fmt.Errorf("got %s, want %s", text, ObjectKey)
	case ok && parameterName.MatchString(name):
		return true, nil
	}
	return true, fmt.Errorf("got %s, want {%sNAME} with a name that matches %s", text, prefix, parameterName)
}

// meantBy is the placeholder that the word in braces seems to stand for, or empty.
func meantBy(word string) string {
	if meant := misnomers[word]; meant != "" {
		return meant
	}
	for _, placeholder := range placeholders {
		// Shorter names are one edit from many words that mean something to jq or perl.
		long := len(placeholder) >= len(ObjectName)
		if word == placeholder || long && oneEditApart(word, placeholder) {
			return placeholder
		}
	}
	return ""
}

// oneEditApart reports whether a character more, less or changed, or two swapped, make
// one text of the other.
func oneEditApart(a, b string) bool {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	swapped := len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
	return swapped || len(a) <= 1 && len(b) <= 1
}
