// Package lambda invokes a function's program as AWS Lambda does: the program asks
// the Lambda Runtime API for its event, and answers there.
//
// Each invocation has a process of its own, so each is a cold start. Memory is not
// limited, and there is no /tmp of its own.
package lambda
