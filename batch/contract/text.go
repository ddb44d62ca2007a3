package contract

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// faithful reports whether encoding/json decodes the text as what it says. For what is
// not UTF-8, and for half a surrogate pair, it quietly puts U+FFFD, and so would name
// another key.
func faithful(text []byte) bool {
	return utf8.Valid(text) && wholeSurrogates(text)
}

// wholeSurrogates reports whether each escaped surrogate in JSON has its other half.
func wholeSurrogates(text []byte) bool {
	for {
		i := bytes.IndexByte(text, '\\')
		if i < 0 {
			return true
		}
		text = text[i:]
		first, ok := escapedUnit(text)
		switch {
		case !ok:
			text = text[min(2, len(text)):]
		case !utf16.IsSurrogate(first):
			text = text[6:]
		default:
			second, ok := escapedUnit(text[6:])
			if !ok || utf16.DecodeRune(first, second) == utf8.RuneError {
				return false
			}
			text = text[12:]
		}
	}
}

// escapedUnit is the unit of UTF-16 that JSON text beginning with \uXXXX escapes.
func escapedUnit(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(unit), err == nil
}
