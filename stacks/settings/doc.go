// Command settings prints an environment in full: every setting with its value, those at
// their default too. It returns 1 when the environment is not there or not valid.
//
//	go run ./stacks/settings -env prod
package main
