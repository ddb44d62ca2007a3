package test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"testing"

	"github.com/gkampitakis/go-snaps/snaps"
)

// assetHash changes with every change of a program; which programs are deployed is
// for other tests to say.
var assetHash = regexp.MustCompile(`[0-9a-f]{64}`)

func TestTheTemplatesAreAsTheyWere(t *testing.T) {
	for environment, stack := range environments() {
		t.Run(environment, func(t *testing.T) {
			matchSnapshot(t, environment+".template", stack.Text)
		})
	}
}

func TestTheDefinitionsAreAsTheyWere(t *testing.T) {
	for environment, stack := range environments() {
		t.Run(environment, func(t *testing.T) {
			matchSnapshot(t, environment+".definition", []byte(definitionText(t, stack)))
		})
	}
}

// matchSnapshot compares JSON, indented and sorted, so that a difference is read line by line.
func matchSnapshot(t *testing.T, name string, text []byte) {
	t.Helper()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	var indented bytes.Buffer
	encoder := json.NewEncoder(&indented)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		t.Fatal(err)
	}
	masked := assetHash.ReplaceAll(indented.Bytes(), []byte("ASSET-HASH"))
	snaps.WithConfig(
		snaps.Dir("snapshots"),
		snaps.Filename(name),
		snaps.Ext(".json"),
	).MatchStandaloneSnapshot(
		t,
		string(masked),
	)
}
