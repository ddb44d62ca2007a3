package listing

import (
	"context"
	"errors"
	"unicode/utf8"

	"batchjobwithlambda/batch/contract"
)

const (
	lastASCII = "\x7f"
	// last is the last character that texts may have: the two behind it are none ("Private-Use
	// Characters, Noncharacters & Sentinels FAQ", Unicode).
	last = "\U0010fffd"
)

// errOvertaken says that a span was listed so far meanwhile that a cut makes no sense.
var errOvertaken = errors.New("the span was listed while its middle was searched")

// cut finds a key about in the middle of the rest of the span, with objects on
// either side, or "" if there is none. About means that, of the first character in which
// the keys of the rest differ, either side has about half of the values.
//
// Behind a key where nothing is found, the span is shortened, so that the next search in
// it does not ask there again.
func (w *worker) cut(ctx context.Context, s *span) (string, error) {
	low, end := w.rest(s)
	same := len(w.prefix) // How many bytes all keys of the rest have in common with low.
	if end != "" {
		same = common(low, end)
	}
	// Keys may share a hundred characters: those are skipped in leaps that grow.
	for leap := 1; ; {
		if same == len(low) {
			next, err := w.first(ctx, s, low)
			if err != nil || next == "" || next == end {
				return "", err
			}
			low, leap = next, 1
			if end != "" {
				same = common(low, end)
			}
			continue
		}
		upTo := skip(low, same, leap)
		at := low[:upTo] + last // Behind all that begins like low so far.
		if len(at) > contract.MaxKeyBytes {
			return "", nil
		}
		next, err := w.firstOrShorten(ctx, s, at)
		switch {
		case err != nil:
			return "", err
		case next == "":
			same, end, leap = upTo, at, 2*leap
		case leap > 1 && common(low, next) > same:
			leap = 1 // That was too far: they differ somewhere before.
		default:
			return w.middle(ctx, s, low[:same], at, next, end)
		}
	}
}

// middle finds a key about in the middle between next, which is the first behind at,
// and the end. All begin with same, and differ in the character after it.
func (w *worker) middle(ctx context.Context, s *span, same, at, next, end string) (string, error) {
	for {
		guess := same + between(next[len(same):], end[min(len(same), len(end)):])
		if guess <= next || end != "" && guess >= end {
			return at, nil
		}
		behind, err := w.firstOrShorten(ctx, s, guess)
		if err != nil {
			return "", err
		}
		if behind != "" {
			return guess, nil
		}
		end = guess
	}
}

// between returns a character about in the middle between the first ones of the texts;
// the second text is empty if there is no bound.
func between(low, high string) string {
	from, _ := utf8.DecodeRuneInString(low)
	to := utf8.MaxRune
	if high != "" {
		to, _ = utf8.DecodeRuneInString(high)
	}
	if from < utf8.RuneSelf && to >= utf8.RuneSelf {
		return lastASCII // Most keys have no other: one call instead of a search in all of Unicode.
	}
	return string(from + (to-from)/2)
}

// firstOrShorten returns the span's first key behind the given one. If there is none,
// it returns "", and the span ends there from now on.
func (w *worker) firstOrShorten(ctx context.Context, s *span, after string) (string, error) {
	key, err := w.first(ctx, s, after)
	if err == nil && key == "" && !w.shorten(s, after) {
		err = errOvertaken
	}
	return key, err
}

// first returns the span's first key behind the given one, or "" if there is none.
func (w *worker) first(ctx context.Context, s *span, after string) (string, error) {
	page, _, err := w.list(ctx, after, 1)
	if err != nil {
		return "", err
	}
	_, end := w.rest(s)
	for _, object := range page {
		if end == "" || object.Key <= end {
			return object.Key, nil
		}
	}
	return "", nil
}

// common is how many bytes the texts have in common, in whole characters.
func common(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(a) && !utf8.RuneStart(a[n]) {
		n--
	}
	return n
}

// skip is where the text goes on after so many bytes more, in whole characters.
func skip(text string, from, bytes int) int {
	to := min(from+bytes, len(text))
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	return to
}
