package main

import (
	"strings"
	"testing"

	"batchjobwithlambda/test/account/statemachine"
)

// putFile puts a file that the command reads beside the objects, if it reads any.
func (p *pipeline) putFile(t *testing.T, name, text string) {
	t.Helper()
	if p.Reference.Bucket == "" {
		return
	}
	if _, err := p.store.Put(p.Reference.Bucket, p.Reference.Prefix+name, strings.NewReader(text), nil); err != nil {
		t.Fatal(err)
	}
}

func TestWhatWasMadeWithAnotherFileIsMadeAgain(t *testing.T) {
	p := openExamples(t)["match"]
	p.put(t, map[string]string{"a.txt": exampleText, "b.txt": "one\nsix\n"})
	for _, run := range []struct {
		name, words   string
		done, skipped int64
		want          string
	}{
		{"first", "one\n", 2, 0, "one\n"},
		{"again", "one\n", 0, 2, "one\n"},
		{"others", "one\nfive\n", 2, 0, "one\nfive\n"},
	} {
		p.putFile(t, "words.txt", run.words)
		p.wantStatus(t, p.run(t, run.name, `{}`), statemachine.Succeeded, "")
		p.wantCounts(t, run.name, run.done, run.skipped, 0)
		if got := p.outputs(t)["a.txt.matches"]; got != run.want {
			t.Errorf("%s: got %q, want %q", run.name, got, run.want)
		}
	}
}
