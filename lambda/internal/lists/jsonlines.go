package lists

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
	"maps"
	"slices"

	"batchjobwithlambda/batch/contract"
)

// readJSONLines yields the rows of JSON lines: an object a line, with texts or numbers.
func readJSONLines(file io.Reader, columns []string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		reader := bufio.NewReaderSize(file, maxRowBytes)
		for number := 1; ; number++ {
			line, err := reader.ReadSlice('\n')
			last := err == io.EOF
			if errors.Is(err, bufio.ErrBufferFull) {
				err = &Error{number, errTooLong}
			}
			if err != nil && !last {
				yield(Row{}, err)
				return
			}
			if number == 1 {
				line = bytes.TrimPrefix(line, []byte(byteOrderMark))
			}
			if len(bytes.TrimSpace(line)) > 0 {
				row, err := parseRow(line, columns, number)
				if !yield(row, err) || err != nil {
					return
				}
			}
			if last {
				return
			}
		}
	}
}

func parseRow(line []byte, columns []string, number int) (Row, error) {
	cells, err := contract.ParseTexts(line)
	if err == nil {
		err = checkNames(slices.Sorted(maps.Keys(cells)), columns)
	}
	if err != nil {
		return Row{}, &Error{number, err}
	}
	return newRow(cells, columns, number)
}
