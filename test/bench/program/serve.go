package program

import (
	"net"
	"net/http"
)

// Serve serves what stands in for S3 until it is closed, and returns the environment that
// leads any S3 client to it, and to nowhere else.
func Serve(s3 http.Handler) (server *http.Server, environment []string, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	server = &http.Server{Handler: s3}
	go server.Serve(listener)
	url := "http://" + listener.Addr().String()
	return server, []string{
		"AWS_ENDPOINT_URL=" + url, "S3_ENDPOINT_URL=" + url, "AWS_REGION=eu-north-1",
		"AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", "AWS_S3_USE_PATH_STYLE=true",
	}, nil
}
