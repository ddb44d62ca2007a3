package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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

// readAssets returns the images of the stacks in a cloud assembly. The folder may hold other
// stacks' files, of earlier syntheses.
func readAssets(folder string) ([]asset, error) {
	var assembly struct {
		Artifacts map[string]struct {
			Type       string `json:"type"`
			Properties struct {
				File string `json:"file"`
			} `json:"properties"`
		} `json:"artifacts"`
	}
	if err := readJSON(filepath.Join(folder, "manifest.json"), &assembly); err != nil {
		return nil, err
	}
	var assets []asset
	for _, artifact := range assembly.Artifacts {
		if artifact.Type != "cdk:asset-manifest" {
			continue
		}
		var manifest struct {
			DockerImages map[string]asset `json:"dockerImages"`
		}
		if err := readJSON(filepath.Join(folder, artifact.Properties.File), &manifest); err != nil {
			return nil, err
		}
		for _, asset := range manifest.DockerImages {
			assets = append(assets, asset)
		}
	}
	return assets, nil
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
