package people_test

import (
	"testing"
	"time"

	"batchjobwithlambda/batch/people"
)

func TestACountIsReadAtAGlance(t *testing.T) {
	for n, want := range map[int64]string{
		0:          "0 objects",
		1:          "1 object",
		999:        "999 objects",
		1000:       "1,000 objects",
		10_000_000: "10,000,000 objects",
	} {
		if got := people.Count(n, "object"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestASizeIsInUnitsOf1024(t *testing.T) {
	for bytes, want := range map[int64]string{
		0:          "0 B",
		1023:       "1023 B",
		1024:       "1.0 KiB",
		1536:       "1.5 KiB",
		10 << 10:   "10 KiB",
		1503238553: "1.4 GiB",
		310 << 20:  "310 MiB",
		1<<63 - 1:  "8.0 EiB",
	} {
		if got := people.Size(bytes); got != want {
			t.Errorf("%d: got %s, want %s", bytes, got, want)
		}
	}
}

func TestADurationHasTheTwoUnitsThatMatter(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                       "0.0 s",
		440 * time.Millisecond:  "0.4 s",
		9960 * time.Millisecond: "10 s",
		59*time.Second + 6e8:    "1 min 0 s",
		123 * time.Second:       "2 min 3 s",
		time.Hour:               "1 h 0 min",
		25 * time.Hour:          "25 h 0 min",
	} {
		if got := people.Duration(d); got != want {
			t.Errorf("%v: got %s, want %s", d, got, want)
		}
	}
}
