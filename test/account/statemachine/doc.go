// Package statemachine runs executions of a state machine: npm's
// aws-local-stepfunctions goes from state to state, in a process of Node.js, and each
// task comes back to Go.
//
// driver.mjs is the other side. It also corrects the interpreter where it differs from AWS Step
// Functions. [Check] refuses what still differs.
package statemachine
