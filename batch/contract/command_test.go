package contract_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"batchjobwithlambda/batch/contract"
)

func TestACommandSurvivesItsText(t *testing.T) {
	for _, command := range []contract.Command{
		{"gzip", "-9"},
		{"sh", "-c", `tr a-z A-Z | sed "s/'/\\/g" > $0 && true`, ""},
		{"größe", "日本語", "😀\U0010ffff", "�", "\x7f\t\n\u2028"},
		{"convert", "{in}", "-resize", "50%", "png:{out}"},
	} {
		text := command.String()
		if i := strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII || unicode.IsControl(r) }); i >= 0 {
			t.Errorf("%s may not stand in an object's metadata: byte %d", text, i)
		}
		var again contract.Command
		if err := again.UnmarshalText([]byte(text)); err != nil || !slices.Equal(again, command) {
			t.Errorf("%s: got %q and %v, want %q", text, []string(again), err, []string(command))
		}
	}
}

func TestACommandThatCannotBeRunOrRecordedIsRefused(t *testing.T) {
	for _, test := range []struct {
		name    string
		command contract.Command
	}{
		{"no command", nil},
		{"no program", contract.Command{"", "-9"}},
		{"a NUL", contract.Command{"gzip", "a\x00b"}},
		{"not UTF-8", contract.Command{"gzip", "\xff"}},
		{"a parameter of AWS Batch", contract.Command{"gzip", "Ref::manifest"}},
		{"longer than its metadata may be", contract.Command{"gzip", strings.Repeat("x", contract.MaxCommandBytes)}},
		{"longer once it is ASCII", contract.Command{"gzip", strings.Repeat("ä", contract.MaxCommandBytes/5)}},
	} {
		if err := test.command.Check(); err == nil {
			t.Errorf("%s: want an error", test.name)
		}
	}
}

func FuzzACommandThatIsReadSurvivesItsText(f *testing.F) {
	for _, seed := range []string{`["gzip","-9"]`, `[]`, `null`, `["\ud83d\ude00"]`, `["\ud83d"]`, `["Ref::x"]`, `["\u0000"]`, `[1]`, `{"0":"gzip"}`, "[\"\xff\"]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var command, again contract.Command
		if command.UnmarshalText(text) != nil {
			return
		}
		if err := again.UnmarshalText([]byte(command.String())); err != nil || !slices.Equal(again, command) {
			t.Errorf("got %q and %v, want %q", []string(again), err, []string(command))
		}
	})
}
