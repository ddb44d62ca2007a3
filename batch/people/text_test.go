package people_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"batchjobwithlambda/batch/people"
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
		got := people.OneLine(test.text, 30)
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
		"[dev/main] FAILED":        "[dev/main] FAILED",
		"[größe\n] FAILED\x7f":     "[gr??e?] FAILED?",
		strings.Repeat("abc ", 50): strings.Repeat("abc ", 24) + "abc",
	} {
		if got := people.Subject(text); got != want {
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
		{[]string{"echo", "", "it's", "$HOME"}, `echo '' 'it'"'"'s' '$HOME'`},
	} {
		if got := people.Shell(test.words...); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}
