package main

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTextOfOthersStaysOnItsLine(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"gzip: bad\n", "gzip: bad"},
		{"a\nFAILED: 0", `a\nFAILED: 0`},
		{"a\r\t\x00\x1b[31m\x7f", `a\r\t\x00\x1b[31m\x7f`},
		{"\u202egpj.exe", `\u202egpj.exe`},
		{"a\u2028b\u0085c", `a\u2028b\u0085c`},
		{"größe 日本 😀 \"'\\", "größe 日本 😀 \"'\\"},
		{strings.Repeat("a", 30), strings.Repeat("a", 30)},
		{"begin " + strings.Repeat("ä", 30) + " end", "begin ääää…äääääääääääääää end"},
	} {
		got := oneLine(test.text, 30)
		if got != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
		if n := utf8.RuneCountInString(got); n > 30 {
			t.Errorf("%q: got %d characters", test.text, n)
		}
	}
}

func TestASubjectIsWhatSNSTakes(t *testing.T) {
	for text, want := range map[string]string{
		"[dev] FAILED":             "[dev] FAILED",
		"[größe\n] FAILED\x7f":     "[gr??e?] FAILED?",
		strings.Repeat("abc ", 50): strings.Repeat("abc ", 24) + "abc",
	} {
		if got := subjectLine(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestACommandIsShownAsItIsTyped(t *testing.T) {
	for _, test := range []struct {
		words []string
		want  string
	}{
		{[]string{"gzip", "-9"}, `gzip -9`},
		{[]string{"convert", "{in}", "png:{out}"}, `convert '{in}' 'png:{out}'`},
		{[]string{"sh", "-c", "tr a-z A-Z | sed s/x//"}, `sh -c 'tr a-z A-Z | sed s/x//'`},
		{[]string{"echo", "", "it's", "$HOME"}, `echo '' 'it'\''s' '$HOME'`},
	} {
		if got := shell(test.words...); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

func TestNumbersAreForPeople(t *testing.T) {
	for n, want := range map[int64]string{0: "0 objects", 1: "1 object", 999: "999 objects", 1000: "1,000 objects", 10_000_000: "10,000,000 objects"} {
		if got := count(n, "object"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for bytes, want := range map[int64]string{
		0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 1536: "1.5 KiB", 10 << 10: "10 KiB", 1<<20 - 1: "1.0 MiB", 1503238553: "1.4 GiB", 310 << 20: "310 MiB", 1<<63 - 1: "8.0 EiB",
	} {
		if got := size(bytes); got != want {
			t.Errorf("%d: got %s, want %s", bytes, got, want)
		}
	}
	for seconds, want := range map[float64]string{0: "0.0 s", 0.44: "0.4 s", 9.96: "10 s", 59.6: "1 min 0 s", 123: "2 min 3 s", 3600: "1 h 0 min", 90_000: "25 h 0 min"} {
		if got := duration(seconds); got != want {
			t.Errorf("%v: got %s, want %s", seconds, got, want)
		}
	}
}
