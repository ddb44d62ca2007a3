package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// asset is one image of a cloud assembly, as the CDK describes it (cloud-assembly-schema,
// DockerImageAsset).
type asset struct {
	DisplayName  string                     `json:"displayName"`
	Source       json.RawMessage            `json:"source"`
	Destinations map[string]json.RawMessage `json:"destinations"`
}

// source is what an image is built from; whatever else the CDK can say of it needs Docker.
type source struct {
	Directory  string `json:"directory"`
	DockerFile string `json:"dockerFile"`
	Platform   string `json:"platform"`
}

// destination is where an image goes. Its texts have placeholders such as ${AWS::AccountId}.
type destination struct {
	Region               string `json:"region"`
	RepositoryName       string `json:"repositoryName"`
	ImageTag             string `json:"imageTag"`
	AssumeRoleARN        string `json:"assumeRoleArn"`
	AssumeRoleExternalID string `json:"assumeRoleExternalId"`
}

// assembly is what a synthesis leaves, as far as it matters here.
type assembly struct {
	assets    []asset
	templates []template
}

// readAssembly reads the stacks in a cloud assembly. The folder may hold other stacks' files, of
// earlier syntheses.
func readAssembly(folder string) (assembly, error) {
	var manifest struct {
		Artifacts map[string]struct {
			Type       string `json:"type"`
			Properties struct {
				File         string `json:"file"`
				TemplateFile string `json:"templateFile"`
			} `json:"properties"`
		} `json:"artifacts"`
	}
	if err := readJSON(filepath.Join(folder, "manifest.json"), &manifest); err != nil {
		return assembly{}, err
	}
	var all assembly
	for _, artifact := range manifest.Artifacts {
		switch artifact.Type {
		case "cdk:asset-manifest":
			var assets struct {
				DockerImages map[string]asset `json:"dockerImages"`
			}
			if err := readJSON(filepath.Join(folder, artifact.Properties.File), &assets); err != nil {
				return assembly{}, err
			}
			all.assets = slices.AppendSeq(all.assets, maps.Values(assets.DockerImages))
		case "aws:cloudformation:stack":
			var stack template
			if err := readJSON(filepath.Join(folder, artifact.Properties.TemplateFile), &stack); err != nil {
				return assembly{}, err
			}
			all.templates = append(all.templates, stack)
		}
	}
	return all, nil
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// decodeExactly refuses what it has no field for.
func decodeExactly(text json.RawMessage, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}
