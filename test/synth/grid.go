package synth

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Grid synthesizes every environment of the grid of test/matrix below the folder, in one process, and
// returns the paths of the templates by the names of their environments.
func Grid(ctx context.Context, root, folder string) (map[string]string, error) {
	command := exec.CommandContext(ctx, "go", "run", "./test/matrix", "-grid", folder)
	command.Dir = root
	command.Env = append(os.Environ(), Path(root))
	if output, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("synthesize the grid: %w\n%s", err, output)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	paths := map[string]string{}
	for _, entry := range entries {
		environment := entry.Name()
		paths[environment] = filepath.Join(folder, environment, Stack(environment)+".template.json")
	}
	return paths, nil
}
