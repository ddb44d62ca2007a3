package main

import (
	"crypto/x509"
	"os"
	"os/exec"
	"testing"
)

// The system's certificates are read once in a process, so that a process of its own is needed.
func TestAnImageWithoutCertificatesStillTrustsS3(t *testing.T) {
	if os.Getenv("SSL_CERT_FILE") != os.DevNull {
		again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
		again.Env = append(os.Environ(), "SSL_CERT_FILE="+os.DevNull, "SSL_CERT_DIR="+t.TempDir())
		if output, err := again.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, output)
		}
		return
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		t.Fatal(err)
	}
	if roots.Equal(x509.NewCertPool()) {
		t.Error("got no certificates, want those that the worker brings")
	}
}
