package contract_test

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"testing"

	"batchjobwithlambda/batch/contract"
)

// Most lines of a run of ten million objects are like the plain ones; JSON has to
// escape the keys of the others.
var benchmarkKeys = map[string]string{
	"plain":   "input/2026/11/22/customer-0001/photograph-%08d.tiff",
	"escaped": "input/2026/11/22/customer\x1b0001/photograph-%08d.tiff",
}

func BenchmarkALineOfAManifest(b *testing.B) {
	for name, key := range benchmarkKeys {
		b.Run(name, func(b *testing.B) {
			benchmarkLines(b, contract.AppendObject, contract.ReadManifest, func(i int) contract.Object {
				return contract.Object{Key: fmt.Sprintf(key, i), Size: 123456, ETag: "d41d8cd98f00b204e9800998ecf8427e"}
			})
		})
	}
}

func BenchmarkALineOfAResult(b *testing.B) {
	for name, key := range benchmarkKeys {
		b.Run(name, func(b *testing.B) {
			benchmarkLines(b, contract.AppendResult, contract.ReadResults, func(i int) contract.Result {
				return contract.Result{Key: fmt.Sprintf(key, i), Status: contract.Done, BytesIn: 123456, BytesOut: 54321}
			})
		})
	}
}

// benchmarkLines writes and reads a file of a thousand lines, the share of a job, again and again.
func benchmarkLines[T any](
	b *testing.B,
	appendLine func([]byte, T) []byte,
	read func(io.Reader) iter.Seq2[T, error],
	line func(i int) T,
) {
	var values []T
	for i := range 1000 {
		values = append(values, line(i))
	}
	var file []byte
	b.Run("write", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			if i%len(values) == 0 {
				file = file[:0]
			}
			file = appendLine(file, values[i%len(values)])
		}
	})
	b.Run("read", func(b *testing.B) {
		file := file[:0]
		for _, value := range values {
			file = appendLine(file, value)
		}
		b.ReportAllocs()
		for left := b.N; left > 0; {
			for _, err := range read(bytes.NewReader(file)) {
				if err != nil {
					b.Fatal(err)
				}
				if left--; left == 0 {
					break
				}
			}
		}
	})
}
