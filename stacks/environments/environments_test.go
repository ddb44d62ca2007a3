package environments

import "testing"

func TestTheEnvironmentsAreValid(t *testing.T) {
	for _, name := range All.Names() {
		if _, err := All.Named(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
