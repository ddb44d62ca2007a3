//go:build linux

package process

var killing = []hostile{
	{
		name:   "itself",
		script: `kill -9 $$`,
		fails:  killedHere,
	},
	{
		name:   "itself after many complaints",
		script: `yes no | head -c 5000 >&2; kill -9 $$`,
		fails:  killedHere + ": ",
	},
	{
		name:   "its process group",
		script: `kill -9 0`,
		fails:  killedHere,
	},
	{
		name:   "a program that a shell runs",
		script: `sh -c 'kill -9 $$'`,
		fails:  "exit code 137: " + killedHere,
	},
	{
		name:   "its parent",
		script: `kill -9 $PPID; sleep 3600`,
		fails:  lostHere,
	},
	{
		name:   "its parent, and leaves a child",
		script: `setsid sleep 3600 >/dev/null 2>&1 & kill -9 $PPID; sleep 3600`,
		fails:  lostHere,
	},
	{
		name:   "its parent, politely",
		script: `kill $PPID; sleep 3600`,
		fails:  lostHere,
	},
	{
		name:   "itself by a fault",
		script: `echo at line 3 >&2; kill -SEGV $$`,
		fails:  "killed by signal: segmentation fault: at line 3",
	},
	{
		name:   "itself by SIGABRT",
		script: `kill -ABRT $$`,
		fails:  "killed by signal: aborted",
	},
	{
		name:   "itself by SIGTERM",
		script: `kill $$`,
		fails:  "killed by signal: terminated",
	},
	{
		name:   "its parent by stopping it",
		script: `cat >/dev/null; kill -STOP $PPID; exec sleep 3600`,
		limit:  soon,
		fails:  tookLonger,
	},
}

var failing = []hostile{
	{
		name:   "with the code of a stopped job",
		script: `exit 143`,
		fails:  "exit code 143",
	},
	{
		name:   "with the code that asks for another attempt",
		script: `exit 75`,
		fails:  "exit code 75",
	},
	{
		name:   "with the highest code",
		script: `exit 255`,
		fails:  "exit code 255",
	},
	{
		name:   "after half of its output",
		script: `echo half; exit 1`,
		fails:  "exit code 1",
	},
	{
		name:   "after half of a large output",
		script: `head -c 5000000 /dev/zero; echo why >&2; exit 1`,
		fails:  "why",
	},
	{
		name:   "with a flood of complaints",
		script: `yes "no, it is not" | head -c 20000000 >&2; echo why >&2; exit 1`,
		fails:  "no, it is not\nno, it is not",
	},
	{
		name:   "with a flood of bytes that are no text",
		script: `head -c 1000000 /dev/urandom >&2; echo why >&2; exit 1`,
		fails:  "why",
	},
	{
		name:   "without reading its input",
		script: `exec <&-; exit 4`,
		fails:  "exit code 4",
	},
	{
		name:   "by a program that is not there",
		script: `exec /no/such/program`,
		fails:  "/no/such/program",
	},
}
