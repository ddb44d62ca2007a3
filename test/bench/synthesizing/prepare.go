package main

import (
	"encoding/json"
	"os"
	"path/filepath"

	"batchjobwithlambda/test/synth"
)

// peerFolder is where the peer's source is, below the project's root.
const peerFolder = "test/bench/synthesizing/peer"

// peerCommand is what the pinned CLI's "cdk init" writes into cdk.json for a TypeScript app,
// since July 2026 (aws/aws-cdk-cli#1719).
const peerCommand = "npx tsc && npx tsx app.ts"

// prepareOurs copies the project to the folder.
func prepareOurs(root, folder string) (app, error) {
	if _, err := (synth.App{Root: root}).Copy(folder); err != nil {
		return app{}, err
	}
	return app{
		name:   "this app",
		folder: folder,
		stack:  "stacks/environment.go",
		tools:  filepath.Join(root, "node_modules", ".bin"),
	}, nil
}

// preparePeer makes a TypeScript app in the folder, with this project's own cdk.json but for
// the command, so that the feature flags are the same. It deploys the programs that our app
// has built.
func preparePeer(ours app, folder string) (app, error) {
	source := filepath.Join(ours.folder, peerFolder)
	for _, file := range []string{"app.ts", "tsconfig.json", "package.json", "package-lock.json"} {
		if err := copyFile(filepath.Join(source, file), filepath.Join(folder, file)); err != nil {
			return app{}, err
		}
	}
	made := app{
		name:        "the peer",
		folder:      folder,
		stack:       "app.ts",
		tools:       ours.tools,
		environment: []string{"PROGRAMS=" + filepath.Join(folder, "programs")},
	}
	var settings map[string]any
	text, err := os.ReadFile(filepath.Join(ours.folder, "cdk.json"))
	if err == nil {
		err = json.Unmarshal(text, &settings)
	}
	if err != nil {
		return app{}, err
	}
	delete(settings, "build")
	settings["app"] = peerCommand
	if text, err = json.Marshal(settings); err != nil {
		return app{}, err
	}
	if err := os.WriteFile(filepath.Join(folder, "cdk.json"), text, 0o600); err != nil {
		return app{}, err
	}
	programs := filepath.Join(folder, "programs")
	for program, copied := range map[string]string{
		"preprocess": "preprocess/bootstrap",
		"collect":    "collect/bootstrap",
		"worker":     "image/worker",
	} {
		if err := copyFile(
			filepath.Join(ours.folder, "build/programs/linux-arm64", program),
			filepath.Join(programs, copied),
		); err != nil {
			return app{}, err
		}
	}
	if err := copyFile(
		filepath.Join(ours.folder, "batch/Dockerfile"),
		filepath.Join(programs, "image/Dockerfile"),
	); err != nil {
		return app{}, err
	}
	return made, nil
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(to), 0o750)
	}
	if err == nil {
		err = os.WriteFile(to, text, 0o600)
	}
	return err
}
