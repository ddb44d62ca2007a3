// Package statemachine runs executions of a state machine: npm's
// aws-local-stepfunctions goes from state to state, in a process of Node.js, and each
// task comes back to Go.
//
// driver.mjs is the other side. It also evens out where the interpreter does other
// than AWS Step Functions; what neither does as AWS is refused by [Check].
package statemachine
