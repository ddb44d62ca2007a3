package program

import (
	"net"
	"net/http"

	"batchjobwithlambda/test/bench/pace"
)

// Serve serves what stands in for S3, as fast as the service is, until it is closed. It returns
// the environment that leads any S3 client to it, and to nowhere else.
func Serve(s3 http.Handler, service pace.Service) (server *http.Server, environment []string, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	server = &http.Server{Handler: service.Handler(s3)}
	go server.Serve(service.Listen(listener))
	url := "http://" + listener.Addr().String()
	return server, []string{
		"AWS_ENDPOINT_URL=" + url, "S3_ENDPOINT_URL=" + url, "AWS_REGION=eu-north-1",
		"AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", "AWS_S3_USE_PATH_STYLE=true",
	}, nil
}
