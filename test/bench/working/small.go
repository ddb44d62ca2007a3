package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/bench/pace"
	"batchjobwithlambda/test/bench/program"
)

const (
	// smallShare is how much of the throughput of either way with s5cmd the worker has to have.
	smallShare = 0.9
	smallBytes = 4 << 10
	smallRuns  = 5
	// atOnce is how many objects are worked on at the same time, by either.
	atOnce = 4
	// A tenth of the objects is enough for what takes ten times as long.
	smallObjects = 1000
	pipedObjects = 100
)

// small compares the worker with what people do with s5cmd: a pipe for each object, and
// copying all objects down, running the command on each file, and copying the outputs up,
// for which there has to be a disk for all of them. Copying them without any command is
// said beside.
func (b *bench) small(sheet *figures.Sheet) error {
	s, err := serve(shard{objects: smallObjects, size: smallBytes}, pace.Service{})
	if err != nil {
		return err
	}
	defer s.close()
	var piped, staged, copied share
	var own, commands figures.Series
	for range smallRuns {
		worked, err := b.work(s, job{vCPUs: atOnce, memoryMiB: 2048}, "gzip", "-9")
		if err != nil {
			return err
		}
		pipes, err := b.pipe(s)
		if err != nil {
			return err
		}
		copies, command, err := b.stageFew(s)
		if err != nil {
			return err
		}
		piped.add(pipes*smallObjects/pipedObjects, worked)
		staged.add(copies+command, worked)
		copied.add(copies, worked)
		own = append(own, milliseconds(worked.CPU)/smallObjects)
		commands = append(commands, milliseconds(command)/smallObjects)
	}
	name := fmt.Sprintf("%d objects of 4 KiB through gzip, %d at once, in the throughput of ", smallObjects, atOnce)
	sheet.AtLeast(name+"s5cmd cat | gzip | s5cmd pipe", piped.throughput, smallShare, "", piped.beside())
	sheet.AtLeast(name+"s5cmd cp, gzip of each file, s5cmd cp", staged.throughput, smallShare, "",
		fmt.Sprintf("%.2f ms of CPU for an object, where xargs and gzip take %.2f", own.Median(), commands.Median()))
	sheet.Unbound(name+"s5cmd cp twice, without gzip", copied.throughput, "", "which starts no process for an object")
	return nil
}

// pipe sends a tenth of the objects through a pipe each, and returns the CPU time.
func (b *bench) pipe(s *standIn) (time.Duration, error) {
	script := fmt.Sprintf(
		`seq -f 'input/%%06.0f.json' 0 %d | xargs -P %d -I{} sh -c '%[3]s cat s3://%[4]s/{} | gzip -9 | %[3]s pipe s3://%[4]s/output/{}.out'`,
		pipedObjects-1,
		atOnce,
		b.program("s5cmd"),
		bucket,
	)
	s.begin()
	used, err := program.Run(program.Command(s.environment, "sh", "-c", script))
	return used.CPU, errors.Join(err, s.made(pipedObjects))
}

// stageFew copies the objects to files, runs the command on each, and copies the outputs back.
// It returns the CPU time of both copies, and that of the commands.
func (b *bench) stageFew(s *standIn) (copies, command time.Duration, err error) {
	files, err := os.MkdirTemp(b.folder, "files-")
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(files)
	down, err := b.copyFew(s, "s3://"+bucket+"/"+input+"*", files+"/")
	if err != nil {
		return 0, 0, err
	}
	gzip := program.Command(nil, "sh", "-c", fmt.Sprintf(`ls | xargs -P %d -n 1 gzip -9`, atOnce))
	gzip.Dir = files
	zipped, err := program.Run(gzip)
	if err != nil {
		return 0, 0, err
	}
	s.begin()
	up, err := b.copyFew(s, filepath.Join(files, "*"), "s3://"+bucket+"/"+output)
	return down.CPU + up.CPU, zipped.CPU, errors.Join(err, s.made(smallObjects))
}

func (b *bench) copyFew(s *standIn, from, to string) (program.Usage, error) {
	arguments := []string{"--log", "error", "--numworkers", strconv.Itoa(atOnce), "cp", "--concurrency", "1", from, to}
	return program.Run(program.Command(s.environment, b.program("s5cmd"), arguments...))
}
