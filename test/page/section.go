package page

import (
	"os"
	"strings"
	"testing"
)

// Section is the part of a page between two lines.
type Section struct {
	// Path is the page's file.
	Path string
	// Begin and End are the lines before and after the part, without their newlines.
	Begin, End string
}

// Want fails the test if the section is not as wanted. With UPDATE_SNAPS=true, as "make snapshots"
// sets it, it writes the section instead.
func (s Section) Want(tb testing.TB, want string) {
	tb.Helper()
	page, err := os.ReadFile(s.Path)
	if err != nil {
		tb.Fatal(err)
	}
	begin, end := s.Begin+"\n", s.End+"\n"
	head, rest, begins := strings.Cut(string(page), begin)
	written, tail, ends := strings.Cut(rest, end)
	if !begins || !ends {
		tb.Fatalf("%s has no place for what is between %q and %q", s.Path, begin, end)
	}
	if written == want {
		return
	}
	if os.Getenv("UPDATE_SNAPS") != "true" {
		tb.Fatalf("%s is not what the code says: make snapshots. It says:\n%s", s.Path, want)
	}
	if err := os.WriteFile(s.Path, []byte(head+begin+want+end+tail), 0o644); err != nil {
		tb.Fatal(err)
	}
}
