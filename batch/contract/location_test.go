package contract_test

import (
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

func TestALocationIsReadAsItIsWritten(t *testing.T) {
	for _, want := range []contract.Location{
		{Bucket: "files", Prefix: "input/"},
		{Bucket: "files", Prefix: "team a/in put/"},
		{Bucket: "files", Prefix: "/"},
		{Bucket: "files"},
	} {
		if got, err := contract.ParseLocation(want.String()); err != nil || got != want {
			t.Errorf("%s: got %+v and %v, want %+v", want, got, err, want)
		}
	}
}

func TestATextThatIsNoLocationIsRefused(t *testing.T) {
	for _, text := range []string{"", "s3://", "s3://files", "s3://files/input", "s3:///input/", "files/input/"} {
		if location, err := contract.ParseLocation(text); err == nil {
			t.Errorf("%q: read as %+v", text, location)
		}
	}
}

func TestTheNamesBelowALocationAreKeysWithoutItsPrefix(t *testing.T) {
	location := contract.Location{Bucket: "files", Prefix: "input/"}
	for key, want := range map[string]string{
		"input/a":       "a",
		"input/input/a": "input/a",
		"input//":       "/",
		"input/":        "",
		"input":         "",
		"INPUT/a":       "",
		"other/input/a": "",
		"":              "",
	} {
		name, ok := location.Name(key)
		if ok != (want != "") || ok && name != want {
			t.Errorf("%q: got %q and %t, want %q", key, name, ok, want)
		}
		if (location.CheckKey(key) == nil) != ok {
			t.Errorf("%q: got %v", key, location.CheckKey(key))
		}
		if address := location.Address(name); ok && (address.Key != key || address.Bucket != "files") {
			t.Errorf("%q: its name leads to %s", key, address)
		}
	}
	if name, ok := (contract.Location{Bucket: "files"}).Name("a/b"); !ok || name != "a/b" {
		t.Errorf("of a whole bucket: got %q and %t", name, ok)
	}
	if location.CheckKey("input/"+strings.Repeat("k", contract.MaxKeyBytes)) == nil {
		t.Error("a key that is too long was accepted")
	}
}
