//go:build linux

package process

import "time"

var leavingSomething = []hostile{
	{
		name:   "a child with its standard error",
		script: `echo made; sleep 3600 >/dev/null &`,
		makes:  "made\n",
	},
	{
		name:   "a child with its standard output",
		script: `echo made; sleep 3600 &`,
		makes:  "made\n",
		drain:  50 * time.Millisecond,
	},
	{
		name:   "a child in a session of its own with its standard output",
		script: `echo made; setsid sleep 3600 &`,
		makes:  "made\n",
		drain:  50 * time.Millisecond,
	},
	{
		name:   "a child that writes a little later",
		script: `(sleep 0.05; echo later) & echo made`,
		makes:  "made\nlater\n",
	},
	{
		name:   "a child in a session of its own",
		script: `setsid sleep 3600 </dev/null >/dev/null 2>&1 & echo made`,
		makes:  "made\n",
	},
	{
		name:   "a daemon",
		script: `(setsid sh -c 'sleep 3600 &' >/dev/null 2>&1 &); echo made`,
		makes:  "made\n",
	},
	{
		name:   "a daemon elsewhere and without variables",
		script: `cd /; env -i setsid sh -c 'sleep 3600; :' "$MARK" >/dev/null 2>&1 & echo made`,
		makes:  "made\n",
	},
	{
		name:   "a daemon that ignores signals",
		script: `setsid nohup sh -c 'trap "" TERM INT; sleep 3600; :' >/dev/null 2>&1 & echo made`,
		makes:  "made\n",
	},
	{
		name:   "a stopped child",
		script: `(exec >/dev/null; sleep 3600 & kill -STOP $!); echo made`,
		makes:  "made\n",
	},
	{
		name:   "a hundred children",
		script: `i=0; while [ $i -lt 100 ]; do sleep 3600 >/dev/null & i=$((i+1)); done; echo made`,
		makes:  "made\n",
	},
	{
		name:   "a tree of processes",
		script: `f() { [ $1 -gt 0 ] && { f $(($1-1)) & f $(($1-1)) & }; sleep 3600; }; (exec >/dev/null; f 5) & echo made`,
		makes:  "made\n",
	},
	{
		name:   "trees in sessions of their own",
		script: `for i in 1 2 3; do setsid sh -c 'sleep 3600 & setsid sleep 3600 & wait' >/dev/null 2>&1 & done; echo made`,
		makes:  "made\n",
	},
	{
		name:   "a process that forks and ends for ever",
		script: `echo 'sh "$0" >/dev/null 2>&1 & exit' > r; sh r; echo made`,
		makes:  "made\n",
	},
	{
		name:   "one that also changes its session",
		script: `echo 'setsid sh "$0" >/dev/null 2>&1 & exit' > r; sh r; echo made`,
		makes:  "made\n",
	},
	{
		name:   "ended children that nobody waited for",
		script: `i=0; while [ $i -lt 50 ]; do (: &); i=$((i+1)); done; echo made`,
		makes:  "made\n",
	},
	{
		name:   "a child, and fails",
		script: `setsid sleep 3600 & echo why >&2; exit 3`,
		fails:  "why",
		drain:  50 * time.Millisecond,
	},
	{
		name:   "a child that writes on to its file",
		script: `echo made > "$1"; (exec >/dev/null; while :; do sleep 3600; done) &`,
		output: "{out}",
		makes:  "made\n",
	},
}

var makingCleaningHard = []hostile{
	{
		name:   "a folder that may not be written to",
		script: `mkdir -p d/e; echo x > d/e/f; chmod 500 d/e d; echo made`,
		makes:  "made\n",
	},
	{
		name:   "a folder that may not be read",
		script: `mkdir -p d/e; echo x > d/e/f; chmod 000 d/e d; echo made`,
		makes:  "made\n",
	},
	{
		name:   "its own folders closed",
		script: `echo x > f; cd /; chmod 000 "$HOME" "${HOME%/*}"; echo made`,
		makes:  "made\n",
	},
	{
		name:   "a deep tree",
		script: `i=0; while [ $i -lt 300 ]; do mkdir d; cd d; i=$((i+1)); done; echo made`,
		makes:  "made\n",
	},
	{
		name:   "many files",
		script: `i=0; while [ $i -lt 1000 ]; do : > f$i; i=$((i+1)); done; echo made`,
		makes:  "made\n",
	},
	{
		name:   "its folder a link",
		script: `cd ..; rmdir "$HOME"; ln -s / "$HOME"; echo made`,
		makes:  "made\n",
	},
	{
		name:   "its folder gone",
		script: `cd /; rmdir "$HOME"; echo made`,
		makes:  "made\n",
	},
	{
		name:   "a FIFO and a link",
		script: `mkfifo f; ln -s /etc l; echo made`,
		makes:  "made\n",
	},
}
