package pace

import (
	"net"
	"time"

	"golang.org/x/time/rate"
)

const (
	// chunk is how many bytes are sent before the next wait: some 3 ms of a connection to S3.
	chunk = 256 << 10
	// shortest is the shortest wait. Less is waited for with the next bytes, because to wake
	// up costs more than it is worth.
	shortest = time.Millisecond
)

type slowListener struct {
	net.Listener
	connectionBytes int
	total           *rate.Limiter
}

func (l slowListener) Accept() (net.Conn, error) {
	connection, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &slowConnection{Conn: connection, own: bucket(l.connectionBytes), total: l.total}, nil
}

// slowConnection counts its bytes in its own bucket and in the one of all connections.
type slowConnection struct {
	net.Conn
	own, total *rate.Limiter
}

func (c *slowConnection) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p[:min(len(p), chunk)])
	c.wait(n)
	return n, err
}

func (c *slowConnection) Write(p []byte) (sent int, err error) {
	for len(p) > 0 && err == nil {
		var n int
		n, err = c.Conn.Write(p[:min(len(p), chunk)])
		c.wait(n)
		p = p[n:]
		sent += n
	}
	return sent, err
}

// wait waits until both buckets have had n bytes to give.
func (c *slowConnection) wait(n int) {
	now := time.Now()
	wait := max(c.own.ReserveN(now, n).DelayFrom(now), c.total.ReserveN(now, n).DelayFrom(now))
	if wait >= shortest {
		time.Sleep(wait)
	}
}

// bucket gives so many bytes a second, and has one chunk at first.
func bucket(bytes int) *rate.Limiter {
	if bytes == 0 {
		return rate.NewLimiter(rate.Inf, chunk)
	}
	return rate.NewLimiter(rate.Limit(bytes), chunk)
}
