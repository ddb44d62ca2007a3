// Command operate starts runs, and tells how they went and why:
//
//	go run ./batch/operate VERB [RUN] [flags]
//
// RUN is the name of an execution; without it, the newest is meant. With -local DIR it looks at
// what test/local has left in a folder instead of at AWS. "help" lists the verbs, and
// "VERB -h" the flags of one.
//
// It asks AWS with the credentials and the region of the environment, and finds everything by the
// outputs of the stack.
//
// It exits with 0 if it did what was asked, 1 if the run that it started or watched did not
// succeed, 2 if it could not do what was asked, and 130 if Ctrl-C ended the watching. "go run"
// makes 1 of every other code: a script uses the program that "make operate" builds.
package main
