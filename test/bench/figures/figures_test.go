package figures

import (
	"strings"
	"testing"
)

func TestABoundIsBrokenOnlyByMoreThanTheNoise(t *testing.T) {
	for _, test := range []struct {
		name   string
		write  func(*Sheet)
		broken bool
	}{
		{"below the most", func(s *Sheet) { s.AtMost("f", Series{0.2}, 0.3, "", "") }, false},
		{"exactly the most", func(s *Sheet) { s.AtMost("f", Series{0.3}, 0.3, "", "") }, false},
		{"above the most", func(s *Sheet) { s.AtMost("f", Series{0.31}, 0.3, "", "") }, true},
		{"above the most by noise", func(s *Sheet) { s.AtMost("f", Series{0.28, 0.31, 0.33}, 0.3, "", "") }, false},
		{"above the most by more than noise", func(s *Sheet) { s.AtMost("f", Series{0.35, 0.36, 0.37, 0.9}, 0.3, "", "") }, true},
		{"above the least", func(s *Sheet) { s.AtLeast("f", Series{0.95}, 0.9, "", "") }, false},
		{"below the least", func(s *Sheet) { s.AtLeast("f", Series{0.85}, 0.9, "", "") }, true},
		{"below the least by noise", func(s *Sheet) { s.AtLeast("f", Series{0.85, 0.88, 0.92}, 0.9, "", "") }, false},
		{"in another table", func(s *Sheet) { s.Table("other").AtLeast("f", Series{0.8}, 0.9, "", "") }, true},
		{"one of two", func(s *Sheet) { s.AtLeast("f", Series{1}, 0.9, "", ""); s.AtMost("g", Series{1}, 0.9, "", "") }, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			sheet := NewSheet(&out, "table")
			test.write(sheet)
			if (sheet.Err() != nil) != test.broken || strings.Contains(out.String(), "BROKEN") != test.broken {
				t.Errorf("got error %v and %q; want broken: %t", sheet.Err(), out.String(), test.broken)
			}
		})
	}
}

func TestAnOddOneOutMovesNeitherMedianNorNoise(t *testing.T) {
	s := Series{3, 1, 1000, 2, 4}
	if s.Median() != 3 || s.Noise() != 1 {
		t.Errorf("got median %v and noise %v, want 3 and 1", s.Median(), s.Noise())
	}
	if even := (Series{1, 2}); even.Median() != 1.5 || even.Noise() != 0.5 {
		t.Errorf("got median %v and noise %v, want 1.5 and 0.5", even.Median(), even.Noise())
	}
}
