// Command firsthour asks AWS what no page of AWS says, and what this project relies on:
// whoever owns an account runs it once, after the first deployment of dev.
//
// It starts runs and jobs in that environment, looks at what becomes of them, prints a
// line for each claim, and removes what it made. It needs the credentials of whoever
// deployed, and finds everything by the name of the stack. docs/first-hour.md says what
// it does, and what that costs.
package main
