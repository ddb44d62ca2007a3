package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestImagesOfAnEarlierSynthesisAreNotPushed(t *testing.T) {
	folder := t.TempDir()
	for file, text := range map[string]string{
		"manifest.json": `{"artifacts": {
			"prod.assets": {"type": "cdk:asset-manifest", "properties": {"file": "prod.assets.json"}},
			"prod": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "prod.template.json"}}
		}}`,
		"prod.assets.json": `{"dockerImages": {"1": {"displayName": "of prod"}}}`,
		"dev.assets.json":  `{"dockerImages": {"2": {"displayName": "of dev"}}}`,
	} {
		if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	assets, err := readAssets(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(assets) != 1 || assets[0].DisplayName != "of prod" {
		t.Errorf("got %+v, want the one of prod", assets)
	}
}
