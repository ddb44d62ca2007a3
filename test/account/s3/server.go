package s3

import (
	"crypto/rand"
	"encoding/xml"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxKeyBytes is the length of the longest key ("Naming Amazon S3 objects", Amazon
// S3 User Guide).
const MaxKeyBytes = 1024

// Middleware stands between the programs and the server: to watch, to refuse, to
// break things.
type Middleware func(http.Handler) http.Handler

// Server answers S3's requests over HTTP, with the bucket in the path.
type Server struct {
	// URL is what to give the AWS SDKs as AWS_ENDPOINT_URL_S3.
	URL string

	store  *Store
	server *http.Server
}

// Serve serves the store on a free port of this machine, until it is closed. The
// first middleware sees a request first.
func Serve(store *Store, middleware ...Middleware) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve S3: %w", err)
	}
	s := &Server{URL: "http://" + listener.Addr().String(), store: store}
	var handler http.Handler = s
	for i := range middleware {
		handler = middleware[len(middleware)-1-i](handler)
	}
	s.server = &http.Server{Handler: handler}
	go s.server.Serve(listener)
	return s, nil
}

// Close ends the server and cuts what it is answering.
func (s *Server) Close() error { return s.server.Close() }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Amz-Request-Id", rand.Text())
	if err := s.answer(w, r); err != nil {
		WriteError(w, r, err)
	}
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request) error {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	query := r.URL.Query()
	operation := r.Method
	for _, name := range []string{"list-type", "uploads", "uploadId"} {
		if query.Has(name) {
			operation += " " + name
		}
	}
	if len(key) > MaxKeyBytes {
		return &Error{Status: http.StatusBadRequest, Code: "KeyTooLongError", Message: "Your key is too long", Key: key}
	}
	if !utf8.ValidString(key) {
		return &Error{Status: http.StatusBadRequest, Code: "InvalidURI", Message: "Couldn't parse the specified URI."}
	}
	if key == "" {
		if operation == "GET list-type" {
			return s.list(w, r, bucket)
		}
		return notImplemented(r)
	}
	switch operation {
	case "GET", "HEAD":
		return s.get(w, r, bucket, key)
	case "PUT":
		return s.put(w, r, bucket, key)
	case "POST uploads":
		return s.createUpload(w, r, bucket, key)
	case "PUT uploadId":
		return s.uploadPart(w, r, bucket, key)
	case "POST uploadId":
		return s.completeUpload(w, r, bucket, key)
	case "DELETE uploadId":
		return s.abortUpload(w, r, bucket, key)
	}
	return notImplemented(r)
}

// Error is what S3 answers when it does not do what it was asked.
type Error struct {
	XMLName xml.Name `xml:"Error"`
	Status  int      `xml:"-"`
	Code    string
	Message string
	Key     string `xml:",omitempty"`
	// StorageClass is that of an archived object.
	StorageClass string `xml:",omitempty"`
}

// Error is the error's code and message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

func notImplemented(r *http.Request) error {
	return &Error{
		Status: http.StatusNotImplemented, Code: "NotImplemented",
		Message: fmt.Sprintf("the local S3 does not support %s %s", r.Method, r.URL),
	}
}

func errNoSuchBucket(bucket string) error {
	return &Error{
		Status:  http.StatusNotFound,
		Code:    "NoSuchBucket",
		Message: fmt.Sprintf("The bucket %q does not exist", bucket),
	}
}

func errNoSuchKey(key string) error {
	return &Error{Status: http.StatusNotFound, Code: "NoSuchKey", Message: "The specified key does not exist.", Key: key}
}

// WriteError answers as S3 does when it does not do what it was asked. An error that is
// no *[Error] is an internal one.
func WriteError(w http.ResponseWriter, r *http.Request, err error) {
	answer, ok := errors.AsType[*Error](err)
	if !ok {
		answer = &Error{Status: http.StatusInternalServerError, Code: "InternalError", Message: err.Error()}
	}
	if r.Method == http.MethodHead { // An answer to HEAD has no body, so not even a code.
		w.WriteHeader(answer.Status)
		return
	}
	writeXML(w, answer.Status, answer)
}

func writeXML(w http.ResponseWriter, status int, value any) {
	body, err := xml.Marshal(value)
	if err != nil {
		panic(err) // Only our own types come here.
	}
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	w.Write(append([]byte(xml.Header), body...))
}

// knowsOnly refuses parameters that would change what the request means.
func knowsOnly(r *http.Request, names ...string) error {
	for name := range r.URL.Query() {
		if name != "x-id" && !slices.Contains(names, name) { // "x-id" only repeats the operation's name.
			return notImplemented(r)
		}
	}
	return nil
}
