package process

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"batchjobwithlambda/batch/contract"
)

func TestATailIsTheEndOfWhatWasWritten(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var tail tail
		var all string
		for range random.IntN(6) {
			text := make([]byte, random.IntN(contract.MaxReasonBytes*3/2))
			for i := range text {
				text[i] = 'a' + byte(random.IntN(26))
			}
			if n, err := tail.Write(text); n != len(text) || err != nil {
				t.Fatalf("got %d, %v for %d bytes", n, err, len(text))
			}
			all += string(text)
		}
		if want := all[max(0, len(all)-contract.MaxReasonBytes):]; tail.String() != want {
			t.Fatalf("got %q, want %q", tail.String(), want)
		}
	}
}

func FuzzATailIsAReason(f *testing.F) {
	f.Add("\n some text \n", "\xff\x00")
	f.Add(strings.Repeat("ü", contract.MaxReasonBytes/2), "a")
	f.Fuzz(func(t *testing.T, first, second string) {
		var tail tail
		tail.Write([]byte(first))
		tail.Write([]byte(second))
		if got := tail.String(); len(got) > contract.MaxReasonBytes || !utf8.ValidString(got) ||
			strings.TrimSpace(got) != got {
			t.Errorf("got %d bytes, %q", len(got), got)
		}
	})
}
