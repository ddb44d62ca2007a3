// Package process runs one command on one object, or on several, so that nothing that the
// command does can cost another object its outcome.
//
// A [Runner] runs up to so many commands at once. Each runs in a [Folder] of its own, as a
// [Process], which is over when the command's own process has ended. Whatever else it started
// is killed then, and nothing of it is left when the next command begins.
//
// # Launchers
//
// The worker does not start commands itself. For each command that may run at once it has a
// launcher: a process of the worker's own program, started once, that starts one command after
// the other. This is what it is good for:
//
//   - On Linux a launcher adopts the orphans of its command (PR_SET_CHILD_SUBREAPER), whatever
//     process group or session they are in. So all that a command has started are descendants
//     of its launcher, nobody else is, and what is left of one command is told apart from what
//     belongs to another.
//   - A command that kills its parent kills a launcher. Its object fails; the worker goes on.
//   - The kernel takes a command and not the worker when memory runs out, because commands
//     inherit the launcher's oom_score_adj of 1000 before they run.
//   - The peak memory of a process counts that of the process it was forked from. A launcher is
//     small; the worker is not.
//
// When the worker dies, its launchers kill what they have started, and end.
//
// # What does not hold
//
//   - A command may kill all processes of its user (kill -9 -1), and so the worker, unless the
//     worker is process 1 of its container, as it is in a job.
//   - A process that has become another user's, by a program that is setuid, can only be killed
//     by that user. [Usage] counts those that were left.
//   - Where there is no subreaper (macOS), a process that left the process group of its command
//     is not found.
package process
