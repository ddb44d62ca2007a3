package objects

import (
	"context"
	"net"
	"net/http"
	"time"
)

// giveUpStalled has connections break that neither bring nor take a byte for as long as
// the limit. Without it a connection that has died unnoticed would hold a program until
// it is ended. (The SDK's own read timeout counts the time that a part takes to be sent.)
func giveUpStalled(transport *http.Transport, limit time.Duration) {
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return stalling{Conn: conn, limit: limit}, nil
	}
}

// stalling is a connection that may stall for as long as the limit.
type stalling struct {
	net.Conn
	limit time.Duration
}

func (s stalling) Read(p []byte) (int, error) {
	if err := s.SetReadDeadline(time.Now().Add(s.limit)); err != nil {
		return 0, err
	}
	return s.Conn.Read(p)
}

// Write puts off the end of a pending read as well: S3 answers only once it has it all.
func (s stalling) Write(p []byte) (int, error) {
	if err := s.SetDeadline(time.Now().Add(s.limit)); err != nil {
		return 0, err
	}
	return s.Conn.Write(p)
}
