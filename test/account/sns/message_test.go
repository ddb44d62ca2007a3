package sns

import (
	"errors"
	"strings"
	"testing"
)

func TestATopicTakesOnlyWhatSNSTakes(t *testing.T) {
	for name, test := range map[string]struct {
		subject, message string
		refused          bool
	}{
		"a message":                  {"[dev] SUCCEEDED: 1 object", "grüße\n", false},
		"the longest":                {strings.Repeat("s", 100), strings.Repeat("m", 256<<10), false},
		"too long a subject":         {strings.Repeat("s", 101), "m", true},
		"no subject":                 {"", "m", true},
		"a subject of two lines":     {"a\nb", "m", true},
		"a subject that is no ASCII": {"grüße", "m", true},
		"a subject behind a space":   {" s", "m", true},
		"too long a message":         {"s", strings.Repeat("m", 256<<10+1), true},
		"no message":                 {"s", "", true},
		"a message that is no UTF-8": {"s", "\xff", true},
	} {
		t.Run(name, func(t *testing.T) {
			m := Message{Subject: test.subject, Message: test.message}
			if err := errors.Join(m.checkSubject(), m.checkText()); (err != nil) != test.refused {
				t.Errorf("got error %v, want one: %v", err, test.refused)
			}
		})
	}
}
