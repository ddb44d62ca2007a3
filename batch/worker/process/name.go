package process

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxNameBytes is the longest name of a file on the file systems of Linux and macOS.
	maxNameBytes = 255
	// maxEndingBytes is how much of a name's end is kept when it has to be cut: extensions,
	// by which programs choose what to do, are shorter.
	maxEndingBytes = 32
)

// fileName is the object's name as that of a file. It has no character that is special to a
// shell, to a glob or to a format such as %d, so that the file's path may stand anywhere in a
// command, and it is kept otherwise.
func fileName(name string) string {
	safe := strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, r == '/':
		case unicode.In(r, unicode.L, unicode.M, unicode.N), strings.ContainsRune("._-+=@,~", r):
			return r
		}
		return '_'
	}, name)
	switch {
	case strings.Trim(safe, ".") == "": // It would be the folder, or the one above.
		return "object"
	case safe[0] == '-', safe[0] == '~': // It would be an option after a change of directory, or a home.
		safe = "_" + safe[1:]
	}
	return cut(safe)
}

// cut takes out of the middle of a name what is too long, and keeps its extensions.
func cut(name string) string {
	if len(name) <= maxNameBytes {
		return name
	}
	ending := name[len(name)-maxEndingBytes:]
	if dot := strings.IndexByte(ending, '.'); dot >= 0 {
		ending = ending[dot:]
	} else {
		ending = ""
	}
	start := name[:maxNameBytes-len(ending)]
	for !utf8.ValidString(start) { // A character that was cut.
		start = start[:len(start)-1]
	}
	return start + ending
}
