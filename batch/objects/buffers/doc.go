// Package buffers keeps content in memory until it has been sent, within a bound.
//
// A [Pool] is all the memory there is, in blocks, and an [Account] is what one user has of it: an
// upload. Who needs a block when there is none waits for another account to give one back. As
// each may wait while it has blocks, that alone could leave all of them waiting for ever. So some
// blocks are kept back for one account at a time: it gets all that it needs, until it has given
// them back, and then the next one does.
//
// The memory is not the garbage collector's. That would let what is no longer used grow to as
// much as is in use before it looks for it, and clear each block before it is used again.
package buffers
