package process

import (
	"strings"
	"unicode/utf8"

	"batchjobwithlambda/batch/contract"
)

// tail keeps the end of what is written to it, as much as a result may have.
type tail struct {
	ring    [contract.MaxReasonBytes]byte
	written int
}

func (t *tail) Write(p []byte) (int, error) {
	rest := p[max(0, len(p)-len(t.ring)):]
	at := (t.written + len(p) - len(rest)) % len(t.ring)
	copied := copy(t.ring[at:], rest)
	copy(t.ring[:], rest[copied:])
	t.written += len(p)
	return len(p), nil
}

// String is what was kept, as UTF-8 and without space around it.
func (t *tail) String() string {
	text := t.ring[:min(t.written, len(t.ring))]
	if t.written > len(t.ring) {
		at := t.written % len(t.ring)
		text = append(t.ring[at:len(t.ring):len(t.ring)], t.ring[:at]...)
		for len(text) > 0 && !utf8.RuneStart(text[0]) { // The rest of a character that was cut.
			text = text[1:]
		}
	}
	return strings.TrimSpace(strings.ToValidUTF8(string(text), "?"))
}
