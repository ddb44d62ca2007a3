package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"batchjobwithlambda/test/bench/figures"
	"batchjobwithlambda/test/bench/program"
)

const (
	// smallRatio is the worker's throughput in that of the best way to do the same with s5cmd.
	smallRatio = 0.9
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
	s, err := serve(smallObjects, smallBytes)
	if err != nil {
		return err
	}
	defer s.close()
	var piped, staged, copied, each figures.Series
	for range smallRuns {
		worked, err := b.work(s, atOnce, "gzip", "-9")
		if err != nil {
			return err
		}
		pipe, err := b.pipe(s)
		if err != nil {
			return err
		}
		transfer, command, err := b.stage(s)
		if err != nil {
			return err
		}
		own := perObject(worked, smallObjects)
		each = append(each, own)
		piped = append(piped, perObject(pipe, pipedObjects)/own)
		copied = append(copied, perObject(transfer, smallObjects)/own)
		staged = append(staged, (perObject(transfer, smallObjects)+perObject(command, smallObjects))/own)
	}
	beside := fmt.Sprintf("%d objects of 4 KiB, %d at once, %.2f ms of CPU for each", smallObjects, atOnce, each.Median())
	sheet.AtLeast("throughput of s5cmd cat | gzip | s5cmd pipe that the worker has", piped, smallRatio, "", beside)
	sheet.AtLeast("throughput of s5cmd cp, gzip of each file, s5cmd cp that the worker has", staged, smallRatio, "", beside)
	sheet.Unbound("throughput of s5cmd cp down and up, without a command, that the worker has with one", copied, "", beside)
	return nil
}

// perObject is in milliseconds of CPU.
func perObject(used program.Usage, objects int) float64 {
	return used.CPU.Seconds() * 1000 / float64(objects)
}

// pipe sends a tenth of the objects through a pipe each.
func (b *bench) pipe(s *standIn) (program.Usage, error) {
	script := fmt.Sprintf(`seq -f 'input/%%06.0f.json' 0 %d | xargs -P %d -I{} sh -c '%[3]s cat s3://%[4]s/{} | gzip -9 | %[3]s pipe s3://%[4]s/output/{}.out'`,
		pipedObjects-1, atOnce, b.s5cmd, bucket)
	return s.stores(pipedObjects, func() (program.Usage, error) {
		return program.Run(program.Command(s.environment(), "sh", "-c", script))
	})
}

// stage copies the objects to files, runs the command on each, and copies the outputs back.
func (b *bench) stage(s *standIn) (transfer, command program.Usage, err error) {
	files, err := os.MkdirTemp(b.folder, "files-")
	if err != nil {
		return transfer, command, err
	}
	defer os.RemoveAll(files)
	down, err := b.copy(s, "s3://"+bucket+"/"+input+"*", files+"/")
	if err != nil {
		return transfer, command, err
	}
	gzip := fmt.Sprintf(`ls | xargs -P %d -n 1 gzip -9`, atOnce)
	process := program.Command(s.environment(), "sh", "-c", gzip)
	process.Dir = files
	if command, err = program.Run(process); err != nil {
		return transfer, command, err
	}
	up, err := s.stores(smallObjects, func() (program.Usage, error) {
		return b.copy(s, filepath.Join(files, "*"), "s3://"+bucket+"/"+output)
	})
	return program.Usage{CPU: down.CPU + up.CPU}, command, err
}

func (b *bench) copy(s *standIn, from, to string) (program.Usage, error) {
	return program.Run(program.Command(s.environment(), b.s5cmd, "--log", "error", "--numworkers", strconv.Itoa(atOnce), "cp", "--concurrency", "1", from, to))
}

// stores is an error if do does not make so many outputs.
func (s *standIn) stores(outputs int64, do func() (program.Usage, error)) (program.Usage, error) {
	s.stored.Store(0)
	used, err := do()
	if err == nil && s.stored.Load() != outputs {
		err = fmt.Errorf("%d outputs were made: %d were to be", s.stored.Load(), outputs)
	}
	return used, err
}
