package process

import (
	"io"
	"slices"
	"strings"
)

// redacted stands where a secret was.
const redacted = "[secret]"

// redactor passes on what is written to it without the secrets in it, wherever they are cut
// between two writes.
type redactor struct {
	to io.Writer
	// secrets are sorted, the longest first, because another may be the beginning of it.
	secrets []string
	// held is the end of what was written, in which a secret may have begun.
	held string
}

// newRedactor returns a writer that has to be closed at the end.
func newRedactor(to io.Writer, secrets map[string]string) *redactor {
	r := &redactor{to: to}
	for _, secret := range secrets {
		if secret != "" {
			r.secrets = append(r.secrets, secret)
		}
	}
	slices.SortFunc(r.secrets, func(a, b string) int { return len(b) - len(a) })
	return r
}

func (r *redactor) Write(p []byte) (int, error) {
	if len(r.secrets) == 0 {
		return r.to.Write(p)
	}
	r.held += string(p)
	return len(p), r.pass(len(r.held) - len(r.secrets[0]))
}

// Close passes on what was held back.
func (r *redactor) Close() error { return r.pass(len(r.held) - 1) }

// pass passes on what begins at the last position or before it.
func (r *redactor) pass(last int) error {
	var text strings.Builder
	at := 0
	for at <= last {
		begins := func(secret string) bool { return strings.HasPrefix(r.held[at:], secret) }
		if i := slices.IndexFunc(r.secrets, begins); i >= 0 {
			text.WriteString(redacted)
			at += len(r.secrets[i])
			continue
		}
		text.WriteByte(r.held[at])
		at++
	}
	r.held = r.held[at:]
	_, err := io.WriteString(r.to, text.String())
	return err
}
