package pace

import (
	"io"
	"net"
	"net/http"
	"time"

	"golang.org/x/time/rate"
)

// Service is how fast a service answers. The zero value answers at once.
type Service struct {
	// Get, Put, Head and List are how long an answer takes to begin, after the whole request
	// has arrived. Put is for everything that writes.
	Get, Put, Head, List time.Duration
	// ConnectionBytes and TotalBytes are the most bytes a second, of one connection and of all
	// of them, in both directions together; 0 is no limit.
	ConnectionBytes, TotalBytes int
	// Puts is how many PUTs a second are answered, after a first second's worth at once. What
	// is above is refused with 503 SlowDown. 0 is no limit.
	Puts int
}

// S3 is what a small task in the same region sees of S3. The bytes of one connection are those
// of "Performance design patterns for Amazon S3" (Amazon S3 User Guide), 85 to 90 MB/s; the
// rest is what people measure, which AWS does not promise.
var S3 = Service{
	Get:             30 * time.Millisecond,
	Put:             40 * time.Millisecond,
	Head:            20 * time.Millisecond,
	List:            60 * time.Millisecond,
	ConnectionBytes: 90_000_000,
	TotalBytes:      600_000_000,
}

// Listen returns the listener, whose connections transfer no more bytes a second than the
// service does.
func (s Service) Listen(listener net.Listener) net.Listener {
	if s.ConnectionBytes == 0 && s.TotalBytes == 0 {
		return listener
	}
	return slowListener{Listener: listener, connectionBytes: s.ConnectionBytes, total: bucket(s.TotalBytes)}
}

// Handler returns the handler, whose answers begin when the service's would.
func (s Service) Handler(answers http.Handler) http.Handler {
	puts := rate.NewLimiter(rate.Inf, 0)
	if s.Puts > 0 {
		puts = rate.NewLimiter(rate.Limit(s.Puts), s.Puts)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPut && !puts.Allow():
			// As soon as S3 has read the request's header; its body is of no interest.
			time.Sleep(s.Head)
			slowDown(w)
		case r.Method == http.MethodGet && r.URL.Query().Has("list-type"):
			time.Sleep(s.List)
			answers.ServeHTTP(w, r)
		case r.Method == http.MethodGet:
			time.Sleep(s.Get)
			answers.ServeHTTP(w, r)
		case r.Method == http.MethodHead:
			time.Sleep(s.Head)
			answers.ServeHTTP(w, r)
		default:
			// The body arrives while the request is answered, and the answer, which is short,
			// leaves when this returns.
			answers.ServeHTTP(w, r)
			time.Sleep(s.Put)
		}
	})
}

// slowDown is S3's answer to who sends too many requests ("Error responses", Amazon S3 API
// Reference).
func slowDown(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+
		`<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`)
}
