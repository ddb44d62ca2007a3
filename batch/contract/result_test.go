package contract_test

import (
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

func TestResultsSurviveTheirFileWhateverTheKeys(t *testing.T) {
	var results []contract.Result
	for i, key := range strangeKeys {
		results = append(
			results,
			contract.Result{Key: key, Status: contract.Done, BytesIn: int64(i) << 40, BytesOut: 1},
			contract.Result{Key: key, Status: contract.Skipped},
			contract.Result{
				Key:      key,
				Status:   contract.Failed,
				ExitCode: -1,
				Reason:   strings.Repeat("\x01", contract.MaxReasonBytes),
			},
		)
	}
	got, err := collect(contract.ReadResults(strings.NewReader(write(contract.AppendResult, results...))))
	if err != nil || !slices.Equal(got, results) {
		t.Errorf("got %+v and %v, want %+v", got, err, results)
	}
}

func TestABrokenResultEndsInAnErrorThatNamesTheLine(t *testing.T) {
	const first = `{"key":"a","status":"done"}` + "\n"
	for _, test := range []struct{ name, second string }{
		{"no key", `{"status":"done"}` + "\n"},
		{"no status", `{"key":"b"}` + "\n"},
		{"a status that does not exist", `{"key":"b","status":"Done"}` + "\n"},
		{"bytes below zero", `{"key":"b","status":"done","bytes_out":-1}` + "\n"},
		{"an unknown field", `{"key":"b","status":"done","size":1}` + "\n"},
		{"a line of zeros", "\x00\x00\x00\n"},
		{"a file that was cut short", `{"key":"b","status":"do`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := collect(contract.ReadResults(strings.NewReader(first + test.second)))
			if err == nil || !strings.HasPrefix(err.Error(), "result line 2: ") || len(got) != 1 {
				t.Errorf("got %d results and %v, want one and an error of line 2", len(got), err)
			}
		})
	}
}

func FuzzAResultThatIsReadSurvivesItsFile(f *testing.F) {
	for _, seed := range []string{
		"", `{"key":"a","status":"done","bytes_in":1,"bytes_out":2}` + "\n", `{"key":"a","status":"skipped"}` + "\n",
		`{"key":"a","status":"failed","exit_code":-1,"reason":"gzip: stdin: unexpected end of file\n"}` + "\n",
		`{"key":"a","status":"","reason":"\udead"}` + "\n", `{"key":"a","status":"done"}`, "null\n", "\x00\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		for result, err := range contract.ReadResults(strings.NewReader(string(file))) {
			if err != nil {
				return
			}
			again, err := collect(contract.ReadResults(strings.NewReader(write(contract.AppendResult, result))))
			if err != nil || !slices.Equal(again, []contract.Result{result}) {
				t.Fatalf("read again: got %+v and %v, want %+v", again, err, result)
			}
		}
	})
}
