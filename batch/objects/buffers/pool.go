package buffers

import (
	"context"
	"sync"
)

// BlockBytes is how many bytes are given at once. Most outputs are smaller, and what a pipe
// holds is as much.
const BlockBytes = 64 << 10

// Pool is the memory of several accounts, which may be used at the same time.
type Pool struct {
	mu   sync.Mutex
	idle [][]byte // Blocks that were used before.
	// free is how many blocks anybody may have, and reserve how many the privileged account.
	free, reserve int
	privileged    *Account
	closed        bool
	changed       chan struct{} // Closed when somebody who waits should look again.
}

// unbounded is more blocks than there is memory.
const unbounded = 1 << 40

// NewPool returns a pool of so many bytes; 0 is without a bound. No account may need more than
// the largest at once. If the pool would be smaller than that, it is as large.
func NewPool(bytes, largest int64) *Pool {
	p := &Pool{free: unbounded, changed: make(chan struct{})}
	if bytes > 0 {
		p.reserve = int((largest + BlockBytes - 1) / BlockBytes)
		p.free = max(0, int(bytes/BlockBytes)-p.reserve)
	}
	return p
}

// Close gives the memory back to the system: at once what is idle, and the rest when its users
// are done with it.
func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, block := range p.idle {
		unmap(block)
	}
	p.idle = nil
}

// Account is what one user has of a pool. It is one goroutine's at a time, but its buffers may
// be released by any.
type Account struct {
	pool *Pool
	// reserved is how many of its blocks are of those that are kept back.
	reserved int
}

// Open returns an account. It is closed when its buffers are released.
func (p *Pool) Open() *Account { return &Account{pool: p} }

// take returns a block, as soon as there is one.
func (a *Account) take(ctx context.Context) ([]byte, error) {
	for {
		block, changed, err := a.tryTake()
		if block != nil || err != nil {
			return block, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// tryTake returns a block, or what is closed when there may be one.
func (a *Account) tryTake() (block []byte, changed <-chan struct{}, err error) {
	p := a.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.free > 0:
		p.free--
	case p.reserve > 0 && (p.privileged == nil || p.privileged == a):
		p.privileged = a
		p.reserve--
		a.reserved++
	default:
		return nil, p.changed, nil
	}
	if last := len(p.idle) - 1; last >= 0 {
		block, p.idle = p.idle[last], p.idle[:last]
		return block, nil, nil
	}
	block, err = newBlock()
	if err != nil {
		a.giveBack()
	}
	return block, nil, err
}

// give gives blocks back.
func (a *Account) give(blocks [][]byte) {
	p := a.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, block := range blocks {
		a.giveBack()
		if p.closed {
			unmap(block)
			continue
		}
		p.idle = append(p.idle, block)
	}
}

// giveBack counts a block that the account has no longer: first one of those that are kept back,
// so that another account may have these soon.
func (a *Account) giveBack() {
	p := a.pool
	if a.reserved == 0 {
		p.free++
		p.wake()
		return
	}
	p.reserve++
	if a.reserved--; a.reserved == 0 {
		p.privileged = nil
		p.wake()
	}
}

func (p *Pool) wake() {
	close(p.changed)
	p.changed = make(chan struct{})
}
