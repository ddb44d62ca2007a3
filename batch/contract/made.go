package contract

import (
	"fmt"
	"io"
	"iter"
)

// Made says that an output was made: one line of the list of what earlier runs have made. It stays
// true whatever happens later: whether the object, the command and the output are still those, its
// other fields tell. None of them is empty.
type Made struct {
	Key string `json:"key"`
	// ETag is that of the content that the output was made of, and Output that of the output, or of
	// the list of outputs. Both are without quotes.
	ETag   string `json:"etag"`
	Output string `json:"output"`
	// Command is the [CommandDigest] of the command.
	Command string `json:"command"`
}

// MadeAddress is where the pipeline keeps the list of what its runs have made, whose files are at the
// location.
func MadeAddress(runs Location) Address { return runs.Address("made.jsonl") }

// AppendMade appends the line to a list, newline included.
func AppendMade(list []byte, made Made) []byte {
	list = appendText(list, `{"key":`, made.Key)
	list = appendText(list, `,"etag":`, made.ETag)
	list = appendText(list, `,"output":`, made.Output)
	list = appendText(list, `,"command":`, made.Command)
	return append(list, "}\n"...)
}

// scanMade reads what [AppendMade] wrote; see [scanner].
func scanMade(line []byte) (made Made, ok bool) {
	s := newScanner(line)
	s.must(`{"key":`)
	made.Key = s.text()
	s.must(`,"etag":`)
	made.ETag = s.text()
	s.must(`,"output":`)
	made.Output = s.text()
	s.must(`,"command":`)
	made.Command = s.text()
	return made, s.ended()
}

// ReadMade yields the lines of a list, in memory that does not grow with their number. It ends with
// an error at the first line that is none, or whose key is not greater by bytes than the one before.
func ReadMade(r io.Reader) iter.Seq2[Made, error] {
	previous := ""
	return parsed(r, "made", func(line []byte) (Made, error) {
		made, err := readLine(line, scanMade)
		if err == nil && (made.Key <= previous || made.ETag == "" || made.Output == "" || made.Command == "") {
			err = fmt.Errorf("got %+v, want no empty field, and a key greater than %q", made, previous)
		}
		previous = made.Key
		return made, err
	})
}
