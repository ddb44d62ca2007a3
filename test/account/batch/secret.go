package batch

import (
	"fmt"
	"os"
	"strings"

	"batchjobwithlambda/test/account/iam"
)

// secret is a variable of a container whose value is elsewhere.
type secret struct{ Name, ValueFrom string }

// value is that of this program's own variable of the same name: there is no service here that
// would keep a secret.
func (s secret) value() (string, bool) { return os.LookupEnv(s.Name) }

func (s secret) check() error {
	if _, ok := s.value(); !ok {
		return fmt.Errorf("got no value of the secret %s, want it in the environment variable %s: the local run asks no account",
			s.ValueFrom, s.Name)
	}
	return nil
}

// read is the request by which the caller fetches the value.
func (s secret) read(by iam.Caller) iam.Request {
	fields := strings.Split(s.ValueFrom, ":")
	if fields[2] == "ssm" {
		return by.Call("ssm", "ssm:GetParameters", s.ValueFrom)
	}
	return by.Call("secretsmanager", "secretsmanager:GetSecretValue", strings.Join(fields[:7], ":"))
}
