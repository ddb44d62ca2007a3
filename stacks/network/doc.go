// Package network has the networks that jobs run in, a file for each kind:
//
//	public.go    public addresses and no way in: nothing to pay for while idle
//	isolated.go  no route out, only endpoints to the services that are needed
//
// [Network] is what the rest of the stack knows of either.
package network
