package people

import (
	"strconv"
	"strings"

	"al.essio.dev/pkg/shellescape"
)

// Keys are the first few of some keys, in a line.
func Keys(first []string) string {
	short := make([]string, 0, len(first))
	for _, key := range first {
		short = append(short, OneLine(key, mostOfKey))
	}
	return strings.Join(short, ", ")
}

// mostOfKey is how many characters of a key are shown beside others.
const mostOfKey = 120

// OneLine shows text that anybody may have chosen, such as a key, on one line of at
// most as many characters: what cannot be printed is escaped, so that it cannot pass for
// another line, and what is too long loses its middle, because the ends of a key and of
// an error say most.
func OneLine(text string, most int) string {
	var line []rune
	for _, r := range strings.TrimSpace(text) {
		if strconv.IsPrint(r) {
			line = append(line, r)
			continue
		}
		quoted := strconv.QuoteRune(r)
		line = append(line, []rune(quoted[1:len(quoted)-1])...)
	}
	if len(line) > most {
		begin, end := most/3, most-most/3-1
		return string(line[:begin]) + "…" + string(line[len(line)-end:])
	}
	return string(line)
}

// Subject is the subject of a message as Amazon SNS takes it: ASCII, one line, and less
// than 100 characters ("Publish", Amazon SNS API Reference). What [OneLine] left out is
// three dots in ASCII.
func Subject(text string) string {
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, strings.ReplaceAll(text, "…", "..."))
	return ascii[:min(len(ascii), 99)]
}

// Shell is a command as a person would type it into a shell.
func Shell(words ...string) string { return shellescape.QuoteCommand(words) }
