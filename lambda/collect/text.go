package main

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// oneLine shows text that anybody may have chosen, such as a key, on one line of at
// most as many characters: what is no printable character is escaped, so that it cannot
// pass for another line, and what is too long loses its middle, because the ends of a
// key and of an error say most.
func oneLine(text string, most int) string {
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

// subjectLine is a notification's subject as SNS takes it: ASCII, one line, and less
// than 100 characters ("Publish", Amazon SNS API Reference).
func subjectLine(text string) string {
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
	return ascii[:min(len(ascii), 99)]
}

var plainWords = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// shell is a command as a person would type it into a shell.
func shell(words ...string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		if quoted[i] = word; !plainWords.MatchString(word) {
			quoted[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}

// count is a number of things, such as "1 object" or "12,345 objects".
func count(n int64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return grouped(n) + " " + thing
}

// grouped is a number of at least 0 with a comma before every three digits.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// size is a number of bytes, such as "0 B", "1.4 GiB" or "310 MiB".
func size(bytes int64) string {
	value, unit := float64(bytes), 0
	units := []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}
	for math.Round(value) >= 1024 {
		value /= 1024
		unit++
	}
	if unit == 0 || value >= 9.95 {
		return fmt.Sprintf("%.0f %s", value, units[unit])
	}
	return fmt.Sprintf("%.1f %s", value, units[unit])
}

// duration is a time in seconds, such as "0.4 s", "2 min 3 s" or "1 h 40 min".
func duration(seconds float64) string {
	s := int64(math.Round(seconds))
	switch {
	case seconds < 9.95:
		return fmt.Sprintf("%.1f s", seconds)
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	default:
		return fmt.Sprintf("%d h %d min", s/3600, s%3600/60)
	}
}
