// Package network has the networks that jobs run in, a file for each kind:
//
//	public.go    public addresses and no way in: nothing to pay for while idle
//	isolated.go  no route out, only endpoints to the services that are needed
//	nat.go       private addresses, and gateways out
//	existing.go  a network that is there already
//
// [Network] is what the rest of the stack knows of each. own.go is what the first three share.
package network
