package lists

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/lambda/internal/sorting"
)

// maxRowBytes bounds a row, so that a quote without its end does not fill the memory.
const maxRowBytes = 64 << 10

// Row is what a list says of an object.
type Row struct {
	Key string
	// Columns has a value for each of the columns that were asked for.
	Columns contract.Columns
	// Line is that on which the row begins, counted from 1.
	Line int
}

// Error says what is wrong with a list.
type Error struct {
	// Line is the one on which the row begins that cannot be used.
	Line int
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns what is wrong with the row.
func (e *Error) Unwrap() error { return e.Err }

// Sorted yields the rows of the file in the order of their keys, none of which comes twice. A name
// that ends in .csv is that of a file of CSV, any other that of one of JSON lines. Besides the key,
// each row has the columns, and no others. Its memory does not grow with the number of rows.
//
// It ends with an error, if there is one: an [*Error] for what is wrong with the file, such as a row
// that check refuses, or that of reading the file.
func Sorted(file io.Reader, name string, columns []string, check func(Row) error) iter.Seq2[Row, error] {
	read := readJSONLines
	if strings.HasSuffix(name, contract.CSVExtension) {
		read = readCSV
	}
	return func(yield func(Row, error) bool) {
		sorter, err := sorting.New(sorting.BufferBytes)
		if err != nil {
			yield(Row{}, err)
			return
		}
		defer sorter.Close()
		var value []byte
		for row, err := range read(file, columns) {
			if err == nil {
				if err = check(row); err != nil {
					err = &Error{row.Line, err}
				}
			}
			if err == nil {
				value = append(binary.AppendUvarint(value[:0], uint64(row.Line)), row.Columns...)
				err = sorter.Add(row.Key, value)
			}
			if err != nil {
				yield(Row{}, err)
				return
			}
		}
		previous := Row{}
		for entry, err := range sorter.All() {
			row := Row{}
			if err == nil {
				row, err = decode(entry)
			}
			if err == nil && row.Key == previous.Key {
				lines := []int{previous.Line, row.Line}
				slices.Sort(lines)
				err = &Error{lines[1], fmt.Errorf("it has the key %q of line %d: both would make the same output",
					row.Key, lines[0])}
			}
			if !yield(row, err) || err != nil {
				return
			}
			previous = row
		}
	}
}

func decode(entry sorting.Entry) (Row, error) {
	line, length := binary.Uvarint(entry.Value)
	if length <= 0 {
		return Row{}, errors.New("what was sorted is not what was added")
	}
	return Row{string(entry.Key), contract.Columns(entry.Value[length:]), int(line)}, nil
}

// newRow makes a row of its cells by their names, which have to be those of the key and of the columns.
func newRow(cells map[string]string, columns []string, line int) (Row, error) {
	for name, text := range cells {
		if !utf8.ValidString(name) || !utf8.ValidString(text) {
			return Row{}, &Error{line, fmt.Errorf("column %q: got %.40q, want UTF-8", name, text)}
		}
	}
	row := Row{Key: cells[contract.KeyColumn], Line: line}
	values := map[string]string{}
	for _, name := range columns {
		values[name] = cells[name]
	}
	row.Columns = contract.NewColumns(values)
	if len(row.Columns) > contract.MaxColumnsBytes {
		return Row{}, &Error{line, fmt.Errorf("its columns have %d bytes as JSON, want at most %d",
			len(row.Columns), contract.MaxColumnsBytes)}
	}
	return row, nil
}

// checkNames refuses columns of which one is missing, comes twice, or is for nothing.
func checkNames(names, columns []string) error {
	wanted := append([]string{contract.KeyColumn}, columns...)
	for i, name := range names {
		if !slices.Contains(wanted, name) {
			return fmt.Errorf("unknown column %.40q: want %s, which are what the command uses", name, quoted(wanted))
		}
		if slices.Contains(names[:i], name) {
			return fmt.Errorf("column %q comes twice", name)
		}
	}
	for _, name := range wanted {
		if !slices.Contains(names, name) {
			return fmt.Errorf("column %q is missing: want %s, which are what the command uses", name, quoted(wanted))
		}
	}
	return nil
}

func quoted(names []string) string {
	texts := make([]string, 0, len(names))
	for _, name := range names {
		texts = append(texts, fmt.Sprintf("%q", name))
	}
	return strings.Join(texts, ", ")
}
