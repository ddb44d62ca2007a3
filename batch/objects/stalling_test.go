package objects

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// A part of an upload may take many times as long as a connection may stall.
func TestAConnectionThatIsWrittenToDoesNotStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		defer server.Close()
		conn := stalling{Conn: client, limit: time.Minute}
		answered := make(chan error, 1)
		go func() {
			_, err := conn.Read(make([]byte, 1))
			answered <- err
		}()
		go func() {
			for range 10 {
				time.Sleep(50 * time.Second)
				conn.Write([]byte("p"))
			}
		}()
		if _, err := io.ReadFull(server, make([]byte, 10)); err != nil {
			t.Fatal(err)
		}
		server.Write([]byte("a"))
		if err := <-answered; err != nil {
			t.Errorf("while it was written to: got %v, want the answer", err)
		}
	})
}

func TestAConnectionOnWhichNothingMovesBreaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		defer server.Close()
		conn := stalling{Conn: client, limit: time.Minute}
		begin := time.Now()
		if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("reading: got %v", err)
		}
		if _, err := conn.Write(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("writing: got %v", err)
		}
		if took := time.Since(begin); took != 2*time.Minute {
			t.Errorf("it took %v, want a minute each", took)
		}
	})
}
