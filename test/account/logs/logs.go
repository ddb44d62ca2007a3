// Package logs keeps the logs of programs, as Amazon CloudWatch Logs does, in files.
package logs

import (
	"io"
	"os"
	"path/filepath"

	"batchjobwithlambda/test/account/iam"
	"batchjobwithlambda/test/template"
)

// Types are those of Amazon CloudWatch Logs.
var Types = template.Types{
	"AWS::Logs::LogGroup": {ARN: template.ARN("logs", "log-group:%s:*"), Ref: "%s", Attribute: "Arn"},
}

// Service keeps logs.
type Service struct {
	Gate *iam.Gate
	// Folder is where the files go.
	Folder string
}

// Call is a request of the caller's about its stream in a log group.
func Call(caller iam.Caller, action, group string) iam.Request {
	return caller.Call("logs", "logs:"+action, template.ARN("logs", "log-group:"+group+":log-stream:local"))
}

// Open opens the file of a log, at its end. If one of the requests is refused the log is lost, as
// on AWS: the program runs without it.
func (s Service) Open(name string, requests ...iam.Request) (io.WriteCloser, error) {
	path := filepath.Join(s.Folder, name+".log")
	if s.Gate.Check(requests...) != nil {
		path = os.DevNull
	}
	return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
}
