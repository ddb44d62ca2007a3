//go:build linux

package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

// objectLimit is much longer than a healthy command of these tests takes.
const objectLimit = "5s"

// hostileObject is what the command does on an object, and what becomes of the object.
type hostileObject struct {
	script string
	kind   contract.FailureKind // Empty if it is done all the same.
	reason string               // What the reason has.
}

const tookTooLong = "took longer than 5s"

// hostileObjects are a few of each kind that the package process has; here they are all in one
// shard, together with objects that are fine.
var hostileObjects = map[string]hostileObject{
	"hangs":                  {"exec sleep 3600", contract.FailedTimeout, tookTooLong},
	"ignores-sigterm":        {`trap "" TERM; while :; do sleep 3600; done`, contract.FailedTimeout, tookTooLong},
	"stops-itself":           {"kill -STOP $$", contract.FailedTimeout, tookTooLong},
	"waits-elsewhere":        {"setsid -w sleep 3600", contract.FailedTimeout, tookTooLong},
	"waits-for-a-fifo":       {"mkfifo f; cat f", contract.FailedTimeout, tookTooLong},
	"leaves-a-child":         {`sleep 3600 >/dev/null & cat "$1" > "$2"`, "", ""},
	"leaves-a-session":       {`setsid sleep 3600 </dev/null >/dev/null 2>&1 & cat "$1" > "$2"`, "", ""},
	"leaves-a-stopped-child": {`(sleep 3600 & kill -STOP $!) >/dev/null; cat "$1" > "$2"`, "", ""},
	"closes-its-folders":     {`cat "$1" > "$2"; mkdir -p d/e; : > d/e/f; chmod 000 d/e d`, "", ""},
	"leaves-many-files":      {`i=0; while [ $i -lt 500 ]; do : > f$i; i=$((i+1)); done; cat "$1" > "$2"`, "", ""},
	"removes-its-folder":     {`cat "$1" > "$2"; cd /; rm -rf "$HOME"`, "", ""},
	"is-killed":              {"kill -9 $$", contract.FailedMemory, "out of memory?"},
	"kills-its-group":        {"kill -9 0", contract.FailedMemory, "out of memory?"},
	"kills-its-parent":       {"kill -9 $PPID; exec sleep 3600", contract.FailedSignal, "the process that started the command was killed"},
	"faults":                 {"echo at line 3 >&2; kill -SEGV $$", contract.FailedSignal, "segmentation fault: at line 3"},
	"exits-75":               {"exit 75", contract.FailedExit, "exit code 75"},
	"exits-143":              {"exit 143", contract.FailedExit, "exit code 143"},
	"exits-255":              {"exit 255", contract.FailedExit, "exit code 255"},
	"exits-after-its-output": {`cat "$1" > "$2"; echo why >&2; exit 1`, contract.FailedExit, "why"},
	"floods-stderr":          {"yes no | head -c 5000000 >&2; exit 1", contract.FailedExit, "no\nno"},
	"says-no-text":           {"head -c 100000 /dev/urandom >&2; echo why >&2; exit 1", contract.FailedExit, "why"},
	"makes-nothing":          {"echo could not be loaded >&2", contract.FailedOutput, "without making {out}: could not be loaded"},
	"makes-a-fifo":           {`mkfifo "$2"`, contract.FailedOutput, "a FIFO"},
	"makes-a-folder":         {`mkdir "$2"`, contract.FailedOutput, "a folder"},
	"makes-a-link":           {`ln -s /etc/passwd "$2"`, contract.FailedOutput, "a link"},
	"makes-a-dangling-link":  {`ln -s nowhere "$2"`, contract.FailedOutput, "a link"},
	"removes-out-s-folder":   {`rm -rf "${2%/*}"`, contract.FailedOutput, "without making {out}"},
	"makes-another-file":     {`: > converted.pdf`, contract.FailedOutput, "converted.pdf"},
}

func TestAShardOfHostileObjectsHasTheOutcomeOfEach(t *testing.T) {
	const healthy = `cat "$1" > "$2"`
	script := "case ${OBJECT_KEY#input/} in\n"
	for _, name := range slices.Sorted(maps.Keys(hostileObjects)) {
		script += fmt.Sprintf("%s) %s ;;\n", name, hostileObjects[name].script)
	}
	program := scratchOf(t, "program")
	if err := os.WriteFile(program, []byte(script+"*) "+healthy+" ;;\nesac\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	j := newJob(t)
	j.command = []string{"sh", program, "{in}", "{out}"}
	j.variables["CONCURRENCY"] = "8"
	j.variables["OBJECT_LIMIT"] = objectLimit
	for name := range hostileObjects {
		j.put(name, "content")
		j.put(name+"-neighbour", "content")
	}
	for _, got := range j.finish() {
		want := hostileObjects[strings.TrimPrefix(got.Key, "input/")]
		if got.Kind != want.kind || !strings.Contains(got.Reason, want.reason) {
			t.Errorf("got %+v, want the kind %q and a reason with %q", got, want.kind, want.reason)
		}
		if want.kind == "" {
			j.wantOutput(strings.TrimPrefix(got.Key, "input/"), "content")
		}
	}
	j.wantCleanedUp()
}
