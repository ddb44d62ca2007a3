package process

import (
	"reflect"
	"strings"
	"testing"
)

func FuzzAnOrderSurvivesItsText(f *testing.F) {
	f.Add("/scratch", "/bin/sh", "sh -c 'x'", "A=b\nC=", 2)
	f.Add("", "", "", "", 0)
	f.Fuzz(func(t *testing.T, directory, program, arguments, environment string, count int) {
		if strings.Contains(directory+program+arguments+environment, "\x00") {
			return
		}
		o := order{
			directory:   directory,
			program:     program,
			arguments:   strings.Split(arguments, " "),
			environment: strings.Split(environment, "\n"),
		}
		if got, err := decodeOrder(o.encode()); err != nil || !reflect.DeepEqual(got, o) {
			t.Errorf("got %+v and %v, want %+v", got, err, o)
		}
	})
}

func TestAReplySurvivesItsText(t *testing.T) {
	r := reply{kind: finished, code: 1<<32 - 2, elapsed: 1 << 60, peakMemory: 1 << 50, survivors: 7}
	if got := decodeReply([replyBytes]byte(r.encode())); got != r {
		t.Errorf("got %+v, want %+v", got, r)
	}
}

func FuzzAnythingIsAnOrderOrRefused(f *testing.F) {
	f.Add([]byte("/scratch\x00/bin/sh\x001\x00sh\x00A=b"))
	f.Add([]byte("\x00\x00-1"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if o, err := decodeOrder(text); err == nil && string(o.encode()) != string(text) {
			// Only the number may be written otherwise, such as +1.
			if again, err := decodeOrder(o.encode()); err != nil || !reflect.DeepEqual(again, o) {
				t.Errorf("got %+v and %v, want %+v", again, err, o)
			}
		}
	})
}
