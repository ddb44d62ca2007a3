package lists

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
)

// byteOrderMark is how spreadsheets begin a file of UTF-8.
const byteOrderMark = "\ufeff"

// readCSV yields the rows of CSV whose first line names the columns.
func readCSV(file io.Reader, columns []string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		bounded := &bounded{reader: file}
		reader := csv.NewReader(bounded)
		reader.FieldsPerRecord = -1
		reader.ReuseRecord = true
		names, line, err := readRecord(reader, bounded, 0)
		if err == io.EOF {
			line, err = 1, &Error{1, errors.New("the list is empty, want a first line with the names of the columns")}
		}
		if err == nil {
			names = append([]string(nil), names...)
			names[0] = strings.TrimPrefix(names[0], byteOrderMark)
			if err = checkNames(names, columns); err != nil {
				err = &Error{line, err}
			}
		}
		for err == nil {
			var fields []string
			if fields, line, err = readRecord(reader, bounded, line); err == io.EOF {
				return
			}
			if err == nil && len(fields) != len(names) {
				err = &Error{line, fmt.Errorf("the row has %d cells, want %d, one a column", len(fields), len(names))}
			}
			if err != nil {
				break
			}
			cells := make(map[string]string, len(names))
			for i, name := range names {
				cells[name] = fields[i]
			}
			var row Row
			row, err = newRow(cells, columns, line)
			if err == nil && !yield(row, nil) {
				return
			}
		}
		yield(Row{}, err)
	}
}

// readRecord reads the record behind the one on the line, and returns on which line it begins.
func readRecord(reader *csv.Reader, bounded *bounded, behind int) (fields []string, line int, err error) {
	bounded.left = maxRowBytes
	fields, err = reader.Read()
	if broken, ok := errors.AsType[*csv.ParseError](err); ok {
		return nil, behind, &Error{broken.StartLine, broken.Err}
	}
	if errors.Is(err, errTooLong) {
		return nil, behind, &Error{behind + 1, err}
	}
	if err != nil {
		return nil, behind, err
	}
	line, _ = reader.FieldPos(0)
	return fields, line, nil
}

var errTooLong = fmt.Errorf("the row has more than %d bytes: does a quote have no end?", maxRowBytes)

// bounded ends with errTooLong behind so many bytes as are left, give or take what the reader of it
// reads ahead.
type bounded struct {
	reader io.Reader
	left   int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.reader.Read(p)
	b.left -= n
	return n, err
}
