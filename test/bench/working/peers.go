package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"batchjobwithlambda/test/bench/program"
	"batchjobwithlambda/test/synth"
)

// peer is a way to copy objects.
type peer struct {
	name string
	// beside says that the peer only stands beside the others, and no bound is for it.
	beside bool
	// folder is where the program's module is, and the program's name.
	folder string
	// module is what is built there.
	module string
	// copy is how the program is told to copy, before from where and to where.
	copy []string
	// prefix is what an S3 address begins with.
	prefix string
	// environment is what the program needs besides that of every S3 client.
	environment []string
	// all is what an address of all objects below a prefix ends with.
	all string
}

// peers have as many requests under way as the worker has at most, which is all that S3 takes
// from many jobs at once. What s5cmd does by itself, 256, stands beside.
var peers = []peer{
	{
		name:   "s5cmd",
		folder: "s5cmd",
		module: "github.com/peak/s5cmd/v2",
		copy:   []string{"--log", "error", "--numworkers", "64", "cp"},
		prefix: "s3://",
		all:    "*",
	},
	{
		name:   "s5cmd at 256",
		beside: true,
		folder: "s5cmd",
		module: "github.com/peak/s5cmd/v2",
		copy:   []string{"--log", "error", "--numworkers", "256", "cp"},
		prefix: "s3://",
		all:    "*",
	},
	{
		name:   "rclone",
		folder: "rclone",
		module: ".",
		copy: []string{
			"copy", "--transfers", "64", "--checkers", "64", "--ignore-checksum", "--ignore-times", "--no-traverse",
			"--use-server-modtime", "--s3-no-check-bucket", "--s3-no-head", "--s3-disable-checksum",
			// What it sends with TLS, as it cannot sign what it reads only once.
			"--s3-use-unsigned-payload=true",
		},
		prefix: "standin:",
		environment: []string{
			"RCLONE_CONFIG_STANDIN_TYPE=s3",
			"RCLONE_CONFIG_STANDIN_PROVIDER=AWS",
			"RCLONE_CONFIG_STANDIN_ENV_AUTH=true",
			"AWS_REQUEST_CHECKSUM_CALCULATION=when_required",
		},
	},
}

// build builds the peer, which has a module of its own.
func (b *bench) build(p peer) error {
	root, err := synth.Root()
	if err != nil {
		return err
	}
	build := exec.Command("go", "build", "-o", b.program(p.folder), p.module)
	build.Dir = filepath.Join(root, "test", "bench", "working", p.folder)
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", p.folder, err, output)
	}
	return nil
}

// stage does the work as people do it who have a disk for all objects: it copies them down,
// runs the command on each file, and copies the outputs up.
func (b *bench) stage(s *standIn, p peer, k kind) (used program.Usage, err error) {
	folder, err := os.MkdirTemp(b.folder, "staged-")
	if err != nil {
		return used, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	in, out := filepath.Join(folder, "in"), filepath.Join(folder, "out")
	if err := errors.Join(os.Mkdir(in, 0o700), os.Mkdir(out, 0o700)); err != nil {
		return used, err
	}
	if k.inPlace {
		out = in
	}
	command := program.Command(nil, "sh", "-c", "ls | "+b.xargs(k))
	command.Dir = in
	s.begin()
	for _, step := range []*exec.Cmd{
		b.copy(s, p, p.prefix+bucket+"/"+input+p.all, in+"/"),
		command,
		b.copy(s, p, out+"/", p.prefix+bucket+"/"+output),
	} {
		step, err := program.Run(step)
		if err != nil {
			return used, err
		}
		used.Time += step.Time
		used.CPU += step.CPU
	}
	return used, s.made(s.objects)
}

// xargs runs the command on each file, four at the same time, so that none waits for another's
// disk.
func (b *bench) xargs(k kind) string {
	command := strings.Join(b.arguments(k.command), " ")
	switch {
	case k.inPlace:
		return "xargs -P 4 -n 1 " + command
	case strings.Contains(command, "{in}"):
		return "xargs -P 4 -I FILE " + strings.NewReplacer("{in}", "FILE", "{out}", "../out/FILE").Replace(command)
	default:
		return "xargs -P 4 -n 1 sh -c 'exec " + command + ` < "$0" > "../out/$0"'`
	}
}

func (b *bench) copy(s *standIn, p peer, from, to string) *exec.Cmd {
	environment := slices.Concat([]string{"HOME=" + b.folder}, s.environment, p.environment)
	return program.Command(environment, b.program(p.folder), slices.Concat(p.copy, []string{from, to})...)
}
