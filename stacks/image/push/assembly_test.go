package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestTheStacksOfTheSynthesisAreReadAndNoneOfAnEarlierOne(t *testing.T) {
	folder := t.TempDir()
	for file, text := range map[string]string{
		"manifest.json": `{"artifacts": {
			"prod.assets": {"type": "cdk:asset-manifest", "properties": {"file": "prod.assets.json"}},
			"prod": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "prod.template.json"}}
		}}`,
		"prod.template.json": `{"Resources": {
			"Bucket": {"Type": "AWS::S3::Bucket"},
			"Other": {"Type": "AWS::Batch::JobDefinition", "Properties": {"ContainerProperties": {
				"Image": "elsewhere:2", "Command": ["magick"]
			}}},
			"Job": {"Type": "AWS::Batch::JobDefinition", "Properties": {"ContainerProperties": {
				"Image": {"Fn::Sub": "${AWS::AccountId}.dkr.ecr/assets:1"},
				"Command": ["Ref::manifest", "Ref::results", "gzip", "-9", {"Ref": "AWS::Region"}]
			}}}
		}}`,
		"prod.assets.json": `{"dockerImages": {"1": {"displayName": "of prod"}}}`,
		"dev.assets.json":  `{"dockerImages": {"2": {"displayName": "of dev"}}}`,
	} {
		if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read, err := readAssembly(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(read.assets) != 1 || read.assets[0].DisplayName != "of prod" {
		t.Errorf("got %+v, want the one of prod", read.assets)
	}
	if got, want := read.programs("1"), []string{"gzip"}; !slices.Equal(got, want) {
		t.Errorf("got programs %q, want %q", got, want)
	}
}
