package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"batchjobwithlambda/batch/contract"
)

// command is the command, and the program that its name stands for.
type command struct {
	contract.Command
	path string
}

// newCommand finds the program before there is any work for it, because without it no
// object can be worked on.
func newCommand(arguments []string) (command, error) {
	c := command{Command: arguments}
	if err := c.Check(); err != nil {
		return command{}, err
	}
	path, err := exec.LookPath(c.Command[0])
	if err != nil {
		return command{}, fmt.Errorf("command: %w: add the program to batch/Dockerfile, or change the command", err)
	}
	if c.path, err = filepath.Abs(path); err != nil { // Relative to here, not to where it will run.
		return command{}, fmt.Errorf("command: %w", err)
	}
	return c, nil
}

// in is the command as it is run in the directory, until the context is done. No
// shell reads the arguments.
func (c command) in(ctx context.Context, directory string) *exec.Cmd {
	names := strings.NewReplacer(contract.InFile, inFile(directory), contract.OutFile, outFile(directory))
	cmd := exec.CommandContext(ctx, c.path)
	cmd.Args[0] = c.Command[0] // By which a program such as busybox knows what it is to be.
	for _, argument := range c.Command[1:] {
		cmd.Args = append(cmd.Args, names.Replace(argument))
	}
	cmd.Dir = directory
	// Nothing else of our own environment: the variables that lead to the job's
	// credentials are in it, and the command is not to have them by accident.
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + directory, "TMPDIR=" + directory, "LANG=C.UTF-8"}
	return cmd
}

func inFile(directory string) string  { return filepath.Join(directory, "in") }
func outFile(directory string) string { return filepath.Join(directory, "out") }
