package inventory

import (
	"compress/gzip" // #nosec G501 -- The checksum that an inventory has.
	"context"
	"crypto/md5"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"strings"

	"batchjobwithlambda/batch/contract"
)

// objects yields the objects of the file, in the order of its rows. It ends with an
// [*Error] if a row cannot be read, or, behind the last, if the file is not what the
// manifest says.
func (f dataFile) objects(ctx context.Context, open Opener, columns columns) iter.Seq2[contract.Listed, error] {
	return func(yield func(contract.Listed, error) bool) {
		body, err := open(ctx, f.Key)
		if err != nil {
			yield(contract.Listed{}, &Error{File: f.Key, Err: err})
			return
		}
		defer body.Close()
		whole := &checked{reader: body, sum: md5.New()} // #nosec G401 -- The same.
		for row, err := range rows(whole, columns.count) {
			object, ok := contract.Listed{}, false
			if err == nil {
				object, ok, err = columns.object(row.fields)
			}
			if err != nil {
				err = &Error{File: f.Key, Line: row.line, Err: err}
			}
			if (ok || err != nil) && !yield(object, err) || err != nil {
				return
			}
		}
		if sum := hex.EncodeToString(whole.sum.Sum(nil)); whole.size != f.Size || !strings.EqualFold(sum, f.MD5) {
			yield(
				contract.Listed{},
				&Error{
					File: f.Key,
					Err:  fmt.Errorf("it has %d bytes and MD5 %s: the manifest says %d and %s", whole.size, sum, f.Size, f.MD5),
				},
			)
		}
	}
}

// row is a row of CSV, and the line on which it begins.
type row struct {
	fields []string
	line   int
}

// rows yields the rows of gzipped CSV, each of which has so many fields. With an error
// comes the line of the row that is broken, or after which nothing could be read.
func rows(compressed io.Reader, fields int) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		var r row
		text, err := gzip.NewReader(compressed)
		if err != nil {
			yield(r, err)
			return
		}
		reader := csv.NewReader(text)
		reader.FieldsPerRecord = fields
		reader.ReuseRecord = true // What is kept of a row is copied.
		for {
			r.fields, err = reader.Read()
			if err == io.EOF {
				return
			}
			if broken, ok := errors.AsType[*csv.ParseError](err); ok {
				r.line, err = broken.StartLine, broken.Err
			}
			if err == nil {
				r.line, _ = reader.FieldPos(0)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// checked learns what passes through it.
type checked struct {
	reader io.Reader
	sum    hash.Hash
	size   int64
}

func (c *checked) Read(p []byte) (int, error) {
	n, err := c.reader.Read(p)
	c.sum.Write(p[:n])
	c.size += int64(n)
	return n, err
}
