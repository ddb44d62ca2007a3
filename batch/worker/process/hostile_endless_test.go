//go:build linux

package process

import "time"

var neverEnding = []hostile{
	{
		name:   "sleeps",
		script: `exec sleep 3600`,
		limit:  soon,
		fails:  tookLonger,
	},
	{
		name:   "computes",
		script: `while :; do :; done`,
		limit:  soon,
		fails:  tookLonger,
	},
	{
		name:   "ignores SIGTERM",
		script: `trap "" TERM; while :; do sleep 3600; done`,
		limit:  soon,
		fails:  tookLonger,
	},
	{
		name:   "ignores SIGTERM and SIGHUP in a child",
		script: `nohup sh -c 'trap "" TERM; sleep 3600; :'`,
		limit:  soon,
		fails:  tookLonger,
	},
	{
		name:   "ends on SIGTERM as if nothing were wrong",
		script: `trap "exit 0" TERM; while :; do sleep 0.01; done`,
		limit:  soon,
		fails:  tookLonger,
	},
	{
		name:   "stops itself",
		script: `kill -STOP $$`,
		limit:  soon,
		fails:  tookLonger,
	},
	{
		name:   "stops itself and ignores SIGTERM",
		script: `trap "" TERM; kill -STOP $$; exec sleep 3600`,
		limit:  soon,
		fails:  tookLonger,
	},
	{
		name:   "waits for a child",
		script: `sleep 3600 & wait`,
		limit:  soon,
		fails:  tookLonger,
	},
	{
		name:   "waits for a child in another session",
		script: `setsid -w sleep 3600`,
		limit:  soon,
		fails:  tookLonger,
	},
	{
		name:   "waits for a stopped child",
		script: `sleep 3600 & kill -STOP $!; wait`,
		limit:  soon,
		fails:  tookLonger,
	},
	{
		name:   "has written its output",
		script: `echo made; exec sleep 3600`,
		limit:  soon,
		fails:  tookLonger,
	},
	{
		name:   "has closed its output",
		script: `exec >&- 2>&-; exec sleep 3600`,
		limit:  soon,
		fails:  tookLonger,
	},
	{
		name:   "waits for a FIFO",
		script: `mkfifo f; cat f`,
		limit:  soon,
		fails:  tookLonger,
	},
	{
		name:   "says why it waits",
		script: `echo waiting for a licence >&2; exec sleep 3600`,
		limit:  2 * time.Second, // It has to be able to say it.
		fails:  "took longer than 2s: waiting for a licence",
	},
	{
		name:   "has made its file",
		script: `echo made > "$1"; exec sleep 3600`,
		output: "{out}",
		limit:  soon,
		fails:  tookLonger,
	},
}
