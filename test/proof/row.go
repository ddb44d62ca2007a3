package proof

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"batchjobwithlambda/test/synth"
)

// Row holds that a row of a table in docs/trust.md has the values, which are those of this
// test. A table is known by its first heading, a row by its first cell.
func Row(t testing.TB, table, row string, values ...any) {
	t.Helper()
	root, err := synth.Root()
	if err != nil {
		t.Fatal(err)
	}
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = text(value)
	}
	update := os.Getenv("UPDATE_SNAPS") == "true"
	before, headings, err := setInFile(filepath.Join(root, "docs", "trust.md"), table, row, texts, update && complete(t))
	if err != nil {
		t.Fatalf("docs/trust.md: %v", err)
	}
	t.Log("proof:", sentence(table, row, headings, texts))
	if after := line(row, texts); complete(t) && !update && before != after {
		t.Errorf("docs/trust.md, table %q: got %q, want %q: run this test with UPDATE_SNAPS=true", table, before, after)
	}
}

// text is the value with its thousands apart.
func text(value any) string {
	number, ok := value.(int)
	if !ok || number < 1000 {
		return fmt.Sprint(value)
	}
	return text(number/1000) + "," + strconv.Itoa(1000 + number%1000)[1:]
}

func sentence(table, row string, headings, values []string) string {
	var parts []string
	for i, heading := range headings {
		parts = append(parts, heading+" "+values[i])
	}
	return table + ": " + row + ": " + strings.Join(parts, ", ")
}

// complete is whether the test has tried all that it counts: it has not if it failed, or if
// only some of its parts were asked for.
func complete(t testing.TB) bool {
	run := flag.Lookup("test.run")
	return !t.Failed() && (run == nil || !strings.Contains(run.Value.String(), "/"))
}

// setInFile returns the row as it was before. Test packages run at the same time, so it
// locks the file.
func setInFile(path, table, row string, values []string, write bool) (before string, headings []string, err error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return "", nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return "", nil, err
	}
	content, err := io.ReadAll(file)
	if err != nil {
		return "", nil, err
	}
	p := page{lines: strings.Split(string(content), "\n")}
	if before, headings, err = p.set(table, row, values); err != nil || !write {
		return before, headings, err
	}
	written := strings.Join(p.lines, "\n")
	if _, err := file.WriteAt([]byte(written), 0); err != nil {
		return before, headings, err
	}
	return before, headings, file.Truncate(int64(len(written)))
}
