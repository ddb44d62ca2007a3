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

// hostileFolders are what commands make of {outdir}.
var hostileFolders = map[string]hostileObject{
	"makes-nothing":         {"echo no pages >&2", contract.FailedOutput, "without making a file in {outdir}: no pages"},
	"makes-folders":         {`mkdir -p "$2/d/e"`, contract.FailedOutput, "without making a file in {outdir}"},
	"makes-a-file-of-it":    {`rmdir "$2"; : > "$2"`, contract.FailedOutput, "{outdir} cannot be read"},
	"makes-a-link-of-it":    {`rmdir "$2"; ln -s /etc "$2"`, contract.FailedOutput, "{outdir} cannot be read"},
	"removes-it":            {`rmdir "$2"`, contract.FailedOutput, "without making a file in {outdir}"},
	"makes-a-link":          {`: > "$2/x"; ln -s x "$2/y"`, contract.FailedOutput, `a link of "{outdir}/y"`},
	"makes-a-link-above":    {`ln -s ../../.. "$2/y"`, contract.FailedOutput, `a link of "{outdir}/y"`},
	"makes-a-fifo":          {`mkdir "$2/d"; mkfifo "$2/d/f"`, contract.FailedOutput, `a FIFO of "{outdir}/d/f"`},
	"makes-no-utf-8":        {`: > "$2/$(printf 'a\377')"`, contract.FailedOutput, "not UTF-8"},
	"makes-it-too-deep":     {deep + `: > f`, contract.FailedTooLarge, "key would have"},
	"makes-it-endlessly":    {deep + deep + deep + deep + `: > f`, contract.FailedOutput, "file name too long"},
	"exits-after-its-files": {`: > "$2/x"; echo why >&2; exit 1`, contract.FailedExit, "why"},
	"hangs-after-its-files": {`: > "$2/x"; exec sleep 3600`, contract.FailedTimeout, tookTooLong},
	"goes-on-writing":       {`cat "$1" > "$2/x"; (while :; do echo >> "$2/late"; done) >/dev/null 2>&1 & sleep 0.1`, "", ""},
	"closes-its-folder":     {`mkdir "$2/d"; cat "$1" > "$2/x"; chmod 500 "$2/d" "$2"`, "", ""},
	"makes-odd-names": {`cat "$1" > "$2/x"; : > "$2/-rf"; : > "$2/a
b"; : > "$2/..."; : > "$2/$(printf '\001')"`, "", ""},
}

// deep goes down in {outdir} until a key is too long, and four times until a path is.
var deep = `cd "$2"; for i in 1 2 3 4 5 6; do mkdir ` + longName + `; cd ` + longName + `; done; set -- "$1" .; `

var longName = strings.Repeat("d", 200)

func TestAShardOfHostileObjectsHasTheOutcomeOfEach(t *testing.T) {
	j := newHostileJob(t, hostileObjects, "{out}", `cat "$1" > "$2"`)
	j.wantOutcomes(hostileObjects, "output/%s.out")
}

func TestAShardOfHostileFoldersHasTheOutcomeOfEach(t *testing.T) {
	j := newHostileJob(t, hostileFolders, "{outdir}", `cat "$1" > "$2/x"`)
	j.wantOutcomes(hostileFolders, "output/%s.out/x")
}

// newHostileJob returns a job over hostile objects, each with a neighbour on which the command does
// what is healthy.
func newHostileJob(t *testing.T, hostile map[string]hostileObject, output, healthy string) *testJob {
	t.Helper()
	script := "case ${OBJECT_KEY#input/} in\n"
	for _, name := range slices.Sorted(maps.Keys(hostile)) {
		script += fmt.Sprintf("%s) %s ;;\n", name, hostile[name].script)
	}
	program := scratchOf(t, "program")
	if err := os.WriteFile(program, []byte(script+"*) "+healthy+" ;;\nesac\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	j := newJob(t)
	j.command = []string{"sh", program, "{in}", output}
	j.variables["CONCURRENCY"] = "8"
	j.variables["OBJECT_LIMIT"] = objectLimit
	for name := range hostile {
		j.put(name, "content")
		j.put(name+"-neighbour", "content")
	}
	return j
}

// wantOutcomes compares what became of each object, and the outputs, of which the format has the keys.
func (j *testJob) wantOutcomes(hostile map[string]hostileObject, format string) {
	j.t.Helper()
	for _, got := range j.finish() {
		name := strings.TrimPrefix(got.Key, "input/")
		want := hostile[name]
		if got.Kind != want.kind || !strings.Contains(got.Reason, want.reason) {
			j.t.Errorf("got %+v, want the kind %q and a reason with %q", got, want.kind, want.reason)
		}
		if want.kind != "" {
			if list := fmt.Sprintf("output/_outputs/%s.out.json", name); slices.Contains(j.s3.Keys(outBucket, list), list) {
				j.t.Errorf("%s failed, and has a list of outputs", name)
			}
			continue
		}
		key := fmt.Sprintf(format, name)
		if output, err := j.s3.Read(outBucket, key); err != nil || string(output) != "content" {
			j.t.Errorf("%s: got %.60q and %v", key, output, err)
		}
	}
	j.wantCleanedUp()
}
