package contract

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A run of ten million objects has thirty million lines to write and to read, on one
// vCPU. So the programs write their lines without reflection, and read what they wrote
// themselves in one pass. Whatever else stands in a line is read by encoding/json,
// which alone decides what is refused, and why: the one pass takes nothing that
// encoding/json would not take for the same.

// maxLineBytes bounds a line of any of our files: a key of 1,024 bytes takes at
// most six times that as JSON, and a reason is capped at [MaxReasonBytes].
const maxLineBytes = 64 << 10

// lines yields the lines of r without their newlines. A last line that lacks its
// newline is an error: the file was cut short.
func lines(r io.Reader) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		buffered := bufio.NewReaderSize(r, maxLineBytes)
		for {
			line, err := buffered.ReadSlice('\n')
			switch {
			case err == nil:
				if !yield(line[:len(line)-1], nil) {
					return
				}
			case err == io.EOF && len(line) == 0: // An error that only wraps io.EOF is a broken connection.
				return
			case err == io.EOF:
				yield(nil, fmt.Errorf("the last line has no newline: %w", io.ErrUnexpectedEOF))
				return
			case errors.Is(err, bufio.ErrBufferFull):
				yield(nil, fmt.Errorf("the line has more than %d bytes", maxLineBytes))
				return
			default:
				yield(nil, err)
				return
			}
		}
	}
}

// parsed yields what the lines of a file say. It ends with an error at the first line that cannot be
// parsed, which says its number and of which file it is.
func parsed[T any](r io.Reader, file string, parse func([]byte) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		number := 0
		for line, err := range lines(r) {
			number++
			var value, none T
			if err == nil {
				value, err = parse(line)
			}
			if err != nil {
				yield(none, fmt.Errorf("%s line %d: %w", file, number, err))
				return
			}
			if !yield(value, nil) {
				return
			}
		}
	}
}

// readLine reads a line with scan, in one pass, or, if that cannot, with parseLine.
func readLine[T any](line []byte, scan func([]byte) (T, bool)) (T, error) {
	if value, ok := scan(line); ok {
		return value, nil
	}
	return parseLine[T](line)
}

// parseLine reads any JSON that says exactly a T, and refuses all other.
func parseLine[T any](line []byte) (value T, err error) {
	if !faithful(line) {
		return value, errors.New("the line is not UTF-8, or has half a surrogate pair")
	}
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&value); err != nil {
		return value, fmt.Errorf("the line is not the expected JSON: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return value, errors.New("the line holds more than one JSON value")
	}
	return value, nil
}

// scanner reads a line in one pass if it is as the append functions write it: the
// fields in that order, no space, and no text that JSON has to escape.
type scanner struct {
	rest   []byte
	failed bool
}

func newScanner(line []byte) scanner {
	return scanner{rest: line, failed: !utf8.Valid(line)}
}

// next skips the text if it comes next.
func (s *scanner) next(text string) bool {
	if len(s.rest) < len(text) || string(s.rest[:len(text)]) != text {
		return false
	}
	s.rest = s.rest[len(text):]
	return true
}

// must skips the text, which has to come next.
func (s *scanner) must(text string) {
	if !s.next(text) {
		s.failed = true
	}
}

// text reads a string.
func (s *scanner) text() string {
	s.must(`"`)
	for i, c := range s.rest {
		if c == '"' {
			text := string(s.rest[:i])
			s.rest = s.rest[i+1:]
			return text
		}
		if c < ' ' || c == '\\' {
			break
		}
	}
	s.failed = true
	return ""
}

// number reads a whole number; one with more digits than always fit is not for it.
func (s *scanner) number() int64 {
	negative := s.next("-")
	number := int64(0)
	digits := 0
	for ; digits < len(s.rest) && '0' <= s.rest[digits] && s.rest[digits] <= '9' && number < math.MaxInt64/100; digits++ {
		number = 10*number + int64(s.rest[digits]-'0')
	}
	if digits == 0 || digits > 1 && s.rest[0] == '0' {
		s.failed = true
	}
	s.rest = s.rest[digits:]
	if negative {
		return -number
	}
	return number
}

// ended reports whether this was the whole line, and all of it could be read.
func (s *scanner) ended() bool {
	return !s.failed && string(s.rest) == "}"
}

// appendText appends a field, up to and including its colon, with a text.
func appendText(line []byte, field, text string) []byte {
	line = append(line, field...)
	if !utf8.ValidString(text) || strings.ContainsFunc(text, escaped) {
		quoted, err := json.Marshal(text)
		if err != nil {
			panic(err) // A string is always JSON.
		}
		return append(line, quoted...)
	}
	line = append(line, '"')
	line = append(line, text...)
	return append(line, '"')
}

// escaped reports whether JSON has to escape the character.
func escaped(r rune) bool { return r < ' ' || r == '"' || r == '\\' }

// appendNumber appends a field, up to and including its colon, with a number.
func appendNumber(line []byte, field string, number int64) []byte {
	return strconv.AppendInt(append(line, field...), number, 10)
}
