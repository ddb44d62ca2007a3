package pace

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// exchange sends one request over a connection that exists in memory only, and returns the
// status of the answer and how long it took, to its last byte.
func exchange(t *testing.T, c net.Conn, method, target string, body string) (int, time.Duration) {
	t.Helper()
	request, err := http.NewRequest(method, "http://s3"+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if err := request.Write(c); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(c), request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, time.Since(start)
}

// pipes is a listener of connections in memory.
type pipes struct{ accepted chan net.Conn }

func (p pipes) Accept() (net.Conn, error) {
	c, open := <-p.accepted
	if !open {
		return nil, net.ErrClosed
	}
	return c, nil
}

func (p pipes) Close() error {
	close(p.accepted)
	return nil
}

func (pipes) Addr() net.Addr { return &net.UnixAddr{} }

func (p pipes) dial() net.Conn {
	ours, theirs := net.Pipe()
	p.accepted <- theirs
	return ours
}

const downloaded = 9 << 20

// serving calls test, in virtual time, with a way to connect to the service.
func serving(t *testing.T, s Service, test func(t *testing.T, dial func() net.Conn)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		listener := pipes{make(chan net.Conn)}
		server := http.Server{Handler: s.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			if r.URL.Path == "/large" {
				_, _ = w.Write(make([]byte, downloaded))
			}
		}))}
		served := make(chan error)
		go func() { served <- server.Serve(s.Listen(listener)) }()
		test(t, listener.dial)
		_ = server.Close()
		time.Sleep(time.Second) // For connections that wait; this is virtual time.
		<-served
	})
}

func TestEachKindOfRequestTakesItsTime(t *testing.T) {
	serving(t, S3, func(t *testing.T, dial func() net.Conn) {
		c := dial()
		for _, test := range []struct {
			method, target string
			want           time.Duration
		}{
			{http.MethodGet, "/files/key", S3.Get},
			{http.MethodHead, "/files/key", S3.Head},
			{http.MethodPut, "/files/key", S3.Put},
			{http.MethodPost, "/files/key?uploads", S3.Put},
			{http.MethodGet, "/files?list-type=2", S3.List},
		} {
			if _, got := exchange(t, c, test.method, test.target, ""); got != test.want {
				t.Errorf("%s %s: took %s, want %s", test.method, test.target, got, test.want)
			}
		}
	})
}

func TestAConnectionTransfersNoMoreThanItMay(t *testing.T) {
	service := Service{ConnectionBytes: 1 << 20}
	serving(t, service, func(t *testing.T, dial func() net.Conn) {
		c := dial()
		if _, got := exchange(t, c, http.MethodGet, "/large", ""); got < 8*time.Second || got > 9*time.Second {
			t.Errorf("9 MiB down at 1 MiB a second: took %s", got)
		}
		_, got := exchange(t, c, http.MethodPut, "/", strings.Repeat("x", downloaded))
		if got < 8*time.Second || got > 10*time.Second {
			t.Errorf("9 MiB up at 1 MiB a second: took %s", got)
		}
	})
}

func TestAllConnectionsTogetherTransferNoMoreThanTheyMay(t *testing.T) {
	service := Service{ConnectionBytes: 2 << 20, TotalBytes: 3 << 20}
	serving(t, service, func(t *testing.T, dial func() net.Conn) {
		took := make(chan time.Duration)
		for range 3 {
			c := dial()
			go func() {
				_, got := exchange(t, c, http.MethodGet, "/large", "")
				took <- got
			}()
		}
		var last time.Duration
		for range 3 {
			last = max(last, <-took)
		}
		if last < 8*time.Second || last > 9*time.Second {
			t.Errorf("three times 9 MiB at 3 MiB a second in all: took %s", last)
		}
	})
}

func TestPutsAboveTheLimitAreRefusedWithSlowDown(t *testing.T) {
	serving(t, Service{Puts: 30}, func(t *testing.T, dial func() net.Conn) {
		c := dial()
		count := func() (refused int) {
			for range 40 {
				if status, _ := exchange(t, c, http.MethodPut, "/", "content"); status == http.StatusServiceUnavailable {
					refused++
				}
			}
			return refused
		}
		if got := count(); got != 10 {
			t.Errorf("40 at once, where 30 a second are allowed: %d were refused, want 10", got)
		}
		if status, _ := exchange(t, c, http.MethodGet, "/", ""); status != http.StatusOK {
			t.Errorf("a GET after them: got %d, want 200", status)
		}
		time.Sleep(time.Second)
		if got := count(); got != 10 {
			t.Errorf("40 a second later: %d were refused, want 10", got)
		}
	})
}
