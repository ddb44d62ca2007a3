package image

import (
	"testing"
)

func TestAProgramIsFoundWhereTheContainerWouldFindIt(t *testing.T) {
	img, err := build(t, "COPY program data /opt/\nCOPY program /usr/bin/\nENV PATH=/usr/sbin:/bin", context)
	if err != nil {
		t.Fatal(err)
	}
	for program, want := range map[string]bool{
		"program":          true, // By the link /bin.
		"/opt/program":     true,
		"/bin/program":     true,
		"/opt/data":        false, // Not executable.
		"/opt":             false,
		"/opt/other":       false,
		"other":            false,
		"/usr/bin/program": true,
	} {
		if got, err := HasProgram(img, program); err != nil || got != want {
			t.Errorf("%s: got %t, %v, want %t", program, got, err, want)
		}
	}
}
