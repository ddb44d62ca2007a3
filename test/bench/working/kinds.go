package main

import "strings"

// kind is a kind of work that is done by the clock, against S3's latency and bandwidth.
type kind struct {
	name    string
	objects int
	size    int64
	// command is what runs for each object.
	command string
	// inPlace says that the command, given a file, replaces it by its output, so that a peer
	// needs no shell to run it.
	inPlace bool
	// bound is the least throughput, as a share of the best peer's in the same run.
	bound float64
}

const (
	kibibyte = 1 << 10
	mebibyte = 1 << 20
)

// compute is the program of the folder compute; see [bench.command].
const compute = "compute"

// kinds are chosen so that a good worker takes a few seconds for each.
var kinds = []kind{
	{name: "4 KiB gzip -9", objects: 1024, size: 4 * kibibyte, command: "gzip -9", inPlace: true, bound: 1.3},
	{name: "64 KiB gzip -1", objects: 640, size: 64 * kibibyte, command: "gzip -1", inPlace: true, bound: 1.3},
	{name: "1 MiB cat", objects: 320, size: mebibyte, command: "cat", bound: 1.0},
	{name: "1 MiB gzip -1", objects: 128, size: mebibyte, command: "gzip -1", inPlace: true, bound: 1.0},
	{name: "1 MiB gzip -9", objects: 160, size: mebibyte, command: "gzip -9", inPlace: true, bound: 1.0},
	{name: "16 MiB gzip -1", objects: 12, size: 16 * mebibyte, command: "gzip -1", inPlace: true, bound: 1.0},
	{name: "256 MiB cat", objects: 5, size: 256 * mebibyte, command: "cat", bound: 1.2},
	{name: "256 MiB cp {in} {out}", objects: 5, size: 256 * mebibyte, command: "cp {in} {out}", bound: 1.2},
	{name: "4 KiB computing 50 ms", objects: 96, size: 4 * kibibyte, command: compute, bound: 0.95},
}

// arguments are the words of the command.
func (b *bench) arguments(command string) []string {
	return strings.Fields(strings.Replace(command, compute, b.program(compute), 1))
}
