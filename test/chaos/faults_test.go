package chaos

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
)

// operation is what a request asks of S3.
func operation(r *http.Request) string {
	query := r.URL.Query()
	switch {
	case query.Has("list-type"):
		return "list"
	case r.Method == http.MethodPost && query.Has("uploads"):
		return "create"
	case r.Method == http.MethodPost:
		return "complete"
	case r.Method == http.MethodPut && query.Has("uploadId"):
		return "part"
	case r.Method == http.MethodDelete:
		return "abort"
	}
	return strings.ToLower(r.Method)
}

// subject is the key that a request is about, or the prefix that it lists.
func subject(r *http.Request) string { return cmp.Or(r.URL.Query().Get("prefix"), keyOf(r)) }

// refuse answers with an error of S3's.
func refuse(status int, code string) fault {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		io.Copy(io.Discard, r.Body)
		w.WriteHeader(status)
		if r.Method != http.MethodHead {
			fmt.Fprintf(w, "<Error><Code>%s</Code><Message>by the test</Message></Error>", code)
		}
	}
}

// unheard breaks the connection before S3 hears of the request.
func unheard(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }

// unanswered has S3 do as it was asked, and breaks the connection before it answers.
func unanswered(_ http.ResponseWriter, r *http.Request, s3 http.Handler) {
	s3.ServeHTTP(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler)
}

// ignored answers 200 without a body, and nothing is done.
func ignored(_ http.ResponseWriter, r *http.Request, _ http.Handler) { io.Copy(io.Discard, r.Body) }

// altered has S3 answer, and something happen to the answer on its way. The function
// returns what is sent as the body, of which the header says that it has length bytes.
func altered(change func(header http.Header, body []byte) (sent []byte, length int)) fault {
	return func(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
		answer := httptest.NewRecorder()
		s3.ServeHTTP(answer, r)
		header := w.Header()
		for name, values := range answer.Header() {
			header[name] = values
		}
		body, length := change(header, answer.Body.Bytes())
		header.Set("Content-Length", strconv.Itoa(length))
		w.WriteHeader(answer.Code)
		w.Write(body)
		if len(body) < length {
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}
	}
}

var (
	cutShort = altered(func(_ http.Header, body []byte) ([]byte, int) { return body[:len(body)/2], len(body) })
	tooLong  = altered(func(_ http.Header, body []byte) ([]byte, int) { return body, len(body) + 10 })
	tooShort = altered(func(_ http.Header, body []byte) ([]byte, int) { return body[:len(body)/2], len(body) / 2 })
	empty    = altered(func(http.Header, []byte) ([]byte, int) { return nil, 0 })
	flipped  = altered(func(_ http.Header, body []byte) ([]byte, int) {
		if len(body) > 0 {
			body[len(body)/2] ^= 1
		}
		return body, len(body)
	})
	// tooShortUnchecked is tooShort for an object of which S3 has no checksum.
	tooShortUnchecked = altered(func(header http.Header, body []byte) ([]byte, int) {
		header.Del("X-Amz-Checksum-Crc32")
		return body[:len(body)/2], len(body) / 2
	})
	// twiceListed has each key in a list twice.
	twiceListed = altered(func(_ http.Header, body []byte) ([]byte, int) {
		body = regexp.MustCompile(`<Contents>.*?</Contents>`).ReplaceAll(body, []byte("$0$0"))
		return body, len(body)
	})
	// errorInside is how S3 says that an upload could not be completed once it began to
	// answer ("CompleteMultipartUpload", Amazon S3 API Reference).
	errorInside = altered(func(http.Header, []byte) ([]byte, int) {
		body := []byte("<Error><Code>InternalError</Code><Message>by the test</Message></Error>")
		return body, len(body)
	})
)

// trickled sends the answer in many small pieces.
func trickled(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
	answer := httptest.NewRecorder()
	s3.ServeHTTP(answer, r)
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	for body := answer.Body; body.Len() > 0; {
		w.Write(body.Next(max(1, answer.Body.Len()/50)))
		w.(http.Flusher).Flush()
	}
}

// anotherRange answers with bytes beside those that were asked for.
func anotherRange(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
	var first, last int64
	if _, err := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-%d", &first, &last); err == nil {
		r.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", first+1, last+1))
	} else {
		r.Header.Set("Range", "bytes=1-")
	}
	s3.ServeHTTP(w, r)
}

// anyRange answers with the whole where a range was asked for, and with a part where the
// whole was.
func anyRange(w http.ResponseWriter, r *http.Request, s3 http.Handler) {
	if r.Header.Get("Range") == "" {
		r.Header.Set("Range", "bytes=0-9")
	} else {
		r.Header.Del("Range")
	}
	s3.ServeHTTP(w, r)
}
