package process

import (
	"strings"
	"testing"
)

func TestASecretIsRedactedHoweverItIsWritten(t *testing.T) {
	const said = "login: s3cr3t refused (s3cr3t-long), s3cr s3cr3s3cr3t"
	const want = "login: [secret] refused ([secret]), s3cr s3cr3[secret]"
	secrets := map[string]string{"PASSWORD": "s3cr3t", "TOKEN": "s3cr3t-long", "NONE": ""}
	for size := 1; size <= len(said); size++ {
		var text strings.Builder
		r := newRedactor(&text, secrets)
		for rest := said; rest != ""; {
			n := min(size, len(rest))
			if _, err := r.Write([]byte(rest[:n])); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if err := r.Close(); err != nil || text.String() != want {
			t.Errorf("in pieces of %d bytes: got %q (%v), want %q", size, text.String(), err, want)
		}
	}
}

func TestWithoutSecretsNothingIsHeldBack(t *testing.T) {
	var text strings.Builder
	if _, err := newRedactor(&text, nil).Write([]byte("said")); err != nil || text.String() != "said" {
		t.Errorf("got %q (%v)", text.String(), err)
	}
}
