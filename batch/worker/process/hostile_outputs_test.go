//go:build linux

package process

var makingNoFile = []hostile{
	{
		name:   "nothing, and says why",
		script: `echo Error: source file could not be loaded >&2; echo 0 files`,
		output: "{out}",
		fails:  "succeeded without making {out}: Error: source file could not be loaded\n0 files",
	},
	{
		name:   "a file elsewhere",
		script: `echo x > converted.pdf`,
		output: "{out}",
		fails:  `succeeded without making {out}, but made ["work/converted.pdf"]`,
	},
	{
		name:   "a file beside it",
		script: `echo x > "$1.part"`,
		output: "{out}",
		fails:  `but made ["out/bad.out.part"]`,
	},
	{
		name:   "a FIFO",
		script: `mkfifo "$1"`,
		output: "{out}",
		fails:  `the command made a FIFO of "{out}", want a file`,
	},
	{
		name:   "a folder",
		script: `mkdir "$1"`,
		output: "{out}",
		fails:  `a folder of "{out}"`,
	},
	{
		name:   "a dangling link",
		script: `ln -s nowhere "$1"`,
		output: "{out}",
		fails:  `a link of "{out}"`,
	},
	{
		name:   "a link to a file",
		script: `ln -s /etc/passwd "$1"`,
		output: "{out}",
		fails:  `a link of "{out}"`,
	},
	{
		name:   "a socket",
		script: `"$SELF" as-command socket s; mv s "$1"`,
		output: "{out}",
		fails:  `a socket of "{out}"`,
	},
	{
		name:   "a device",
		script: `mknod "$1" c 1 5`,
		output: "{out}",
		fails:  `a device of "{out}"`,
		user:   onlyRoot,
	},
	{
		name:   "a file that nobody may read",
		script: `echo x > "$1"; chmod 000 "$1"`,
		output: "{out}",
		fails:  "{out} cannot be read as the command has made it: permission denied",
		user:   notRoot,
	},
	{
		name:   "no folder for it",
		script: `rm -r "${1%/*}"`,
		output: "{out}",
		fails:  "succeeded without making {out}",
	},
	{
		name:   "no output in the folder",
		script: `echo no pages >&2; mkdir "$1/empty"`,
		output: "{outdir}",
		fails:  "succeeded without making a file in {outdir}",
	},
	{
		name:   "a link in the folder",
		script: `echo x > "$1/x"; ln -s x "$1/y"`,
		output: "{outdir}",
		fails:  `a link of "{outdir}/y"`,
	},
	{
		name:   "a FIFO in the folder",
		script: `mkdir "$1/d"; mkfifo "$1/d/f"`,
		output: "{outdir}",
		fails:  `a FIFO of "{outdir}/d/f"`,
	},
	{
		name:   "a link of the folder",
		script: `rmdir "$1"; ln -s /etc "$1"`,
		output: "{outdir}",
		fails:  "{outdir} cannot be read",
	},
	{
		name:   "a file of the folder",
		script: `rmdir "$1"; echo > "$1"`,
		output: "{outdir}",
		fails:  "{outdir} cannot be read",
	},
	{
		name:   "no folder",
		script: `rmdir "$1"`,
		output: "{outdir}",
		fails:  "succeeded without making a file in {outdir}",
	},
	{
		name:   "a folder that nobody may read",
		script: `mkdir "$1/d"; echo > "$1/d/x"; chmod 000 "$1/d"`,
		output: "{outdir}",
		fails:  "{outdir}/d cannot be read as the command has made it: permission denied",
		user:   notRoot,
	},
	{
		name:   "a name that is not UTF-8",
		script: `echo x > "$1/$(printf 'a\377')"`,
		output: "{outdir}",
		fails:  "not UTF-8",
	},
}
