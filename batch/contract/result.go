package contract

import (
	"fmt"
	"io"
	"iter"
)

// Status is what became of an object.
type Status string

// An object is done, was done before this run, or failed: exactly one of them.
const (
	Done    Status = "done"
	Skipped Status = "skipped"
	Failed  Status = "failed"
)

// MaxReasonBytes bounds a failure's reason, so that a shard's result stays small
// whatever its command prints.
const MaxReasonBytes = 1024

// Result is what became of one object: one line of a shard's result, which has a
// line for each object of the shard, in the manifest's order.
type Result struct {
	Key    string `json:"key"`
	Status Status `json:"status"`
	// BytesIn and BytesOut are what the command was given and what it made; 0 unless done.
	BytesIn  int64 `json:"bytes_in,omitempty"`
	BytesOut int64 `json:"bytes_out,omitempty"`
	// OutputETag is the ETag of the output, or of the list of outputs, if it was made of nothing but
	// the content with the ETag that the manifest has; else it is empty.
	OutputETag string `json:"output_etag,omitempty"`
	// Milliseconds is how long the command worked on the object, and PeakBytes the most memory
	// that it had; 0 if it was not run.
	Milliseconds int64 `json:"ms,omitempty"`
	PeakBytes    int64 `json:"peak_bytes,omitempty"`
	// ExitCode is how the command ended, if it did; -1 if a signal ended it.
	ExitCode int `json:"exit_code,omitempty"`
	// Kind is why the object failed, for programs; empty unless it failed.
	Kind FailureKind `json:"kind,omitempty"`
	// Reason says why the object failed: the end of the command's standard error, or
	// what happened to the object; at most [MaxReasonBytes].
	Reason string `json:"reason,omitempty"`
}

// AppendResult appends the object's line to a shard's result, newline included.
func AppendResult(file []byte, result Result) []byte {
	file = appendText(file, `{"key":`, result.Key)
	file = appendText(file, `,"status":`, string(result.Status))
	if result.BytesIn != 0 {
		file = appendNumber(file, `,"bytes_in":`, result.BytesIn)
	}
	if result.BytesOut != 0 {
		file = appendNumber(file, `,"bytes_out":`, result.BytesOut)
	}
	if result.OutputETag != "" {
		file = appendText(file, `,"output_etag":`, result.OutputETag)
	}
	if result.Milliseconds != 0 {
		file = appendNumber(file, `,"ms":`, result.Milliseconds)
	}
	if result.PeakBytes != 0 {
		file = appendNumber(file, `,"peak_bytes":`, result.PeakBytes)
	}
	if result.ExitCode != 0 {
		file = appendNumber(file, `,"exit_code":`, int64(result.ExitCode))
	}
	if result.Kind != "" {
		file = appendText(file, `,"kind":`, string(result.Kind))
	}
	if result.Reason != "" {
		file = appendText(file, `,"reason":`, result.Reason)
	}
	return append(file, "}\n"...)
}

// scanResult reads what [AppendResult] wrote; see [scanner].
func scanResult(line []byte) (result Result, ok bool) {
	s := newScanner(line)
	s.must(`{"key":`)
	result.Key = s.text()
	s.must(`,"status":`)
	result.Status = Status(s.text())
	if s.next(`,"bytes_in":`) {
		result.BytesIn = s.number()
	}
	if s.next(`,"bytes_out":`) {
		result.BytesOut = s.number()
	}
	if s.next(`,"output_etag":`) {
		result.OutputETag = s.text()
	}
	if s.next(`,"ms":`) {
		result.Milliseconds = s.number()
	}
	if s.next(`,"peak_bytes":`) {
		result.PeakBytes = s.number()
	}
	if s.next(`,"exit_code":`) {
		result.ExitCode = int(s.number())
	}
	if s.next(`,"kind":`) {
		result.Kind = FailureKind(s.text())
	}
	if s.next(`,"reason":`) {
		result.Reason = s.text()
	}
	return result, s.ended()
}

// ReadResults yields the lines of a shard's result, in memory that does not grow
// with their number. It ends with an error at the first line that is no result.
func ReadResults(r io.Reader) iter.Seq2[Result, error] {
	return parsed(r, "result", parseResult)
}

func parseResult(line []byte) (Result, error) {
	result, err := readLine(line, scanResult)
	if err != nil {
		return Result{}, err
	}
	if err := CheckKey(result.Key); err != nil {
		return Result{}, err
	}
	switch result.Status {
	case Done, Skipped, Failed:
	default:
		return Result{}, fmt.Errorf("status: got %q, want %s, %s or %s", result.Status, Done, Skipped, Failed)
	}
	if min(result.BytesIn, result.BytesOut, result.Milliseconds, result.PeakBytes) < 0 {
		return Result{}, fmt.Errorf("result: got %+v, want no negative number of bytes or milliseconds", result)
	}
	return result, nil
}
