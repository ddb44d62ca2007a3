package deploy

import (
	"archive/tar"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// aws is an account that is bootstrapped, with a registry, and with every file that is asked
// for in its buckets.
type aws struct {
	t *testing.T
	// endpoint is the URL of all services, registry the host of the images.
	endpoint, registry string
	stack              cloudFormation
}

func newAWS(t *testing.T) *aws {
	t.Helper()
	images := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(images.Close)
	a := &aws{t: t, registry: strings.TrimPrefix(images.URL, "http://")}
	services := httptest.NewServer(a)
	t.Cleanup(services.Close)
	a.endpoint = services.URL
	return a
}

// ServeHTTP answers as STS, ECR and S3 do.
func (a *aws) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		a.t.Error(err)
	}
	_, action, isECR := strings.Cut(r.Header.Get("X-Amz-Target"), "AmazonEC2ContainerRegistry_V20150921.")
	switch {
	case isECR:
		a.ecr(w, action, body)
	case strings.Contains(string(body), "Action=GetCallerIdentity"):
		fmt.Fprint(w, `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account>`+
			`<Arn>arn:aws:iam::111122223333:user/me</Arn><UserId>ME</UserId></GetCallerIdentityResult></GetCallerIdentityResponse>`)
	case strings.Contains(string(body), "Action=AssumeRole"):
		fmt.Fprint(w, `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ROLE</AccessKeyId>`+
			`<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>`+
			`<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`)
	case r.URL.Query().Get("list-type") == "2":
		fmt.Fprintf(w, `<ListBucketResult><Contents><Key>%s</Key><Size>100000</Size></Contents></ListBucketResult>`,
			r.URL.Query().Get("prefix"))
	case r.Header.Get("X-Amz-Target") == "AmazonSSM.GetParameter":
		fmt.Fprint(w, `{"Parameter": {"Value": "30"}}`) // The version of the bootstrap stack.
	case a.stack.serve(w, string(body)):
	default:
		w.WriteHeader(http.StatusNotImplemented)
	}
}

func (a *aws) ecr(w http.ResponseWriter, action string, body []byte) {
	var asked struct {
		RepositoryName  string
		RepositoryNames []string
		ImageIDs        []struct{ ImageTag string } `json:"imageIds"`
	}
	if err := json.Unmarshal(body, &asked); err != nil {
		a.t.Error(err)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	switch {
	case action == "DescribeRepositories":
		fmt.Fprintf(w, `{"repositories": [{"repositoryUri": "%s/%s"}]}`, a.registry, asked.RepositoryNames[0])
	case action == "GetAuthorizationToken":
		fmt.Fprintf(w, `{"authorizationData": [{"proxyEndpoint": "http://%s", "authorizationToken": %q}]}`,
			a.registry, base64.StdEncoding.EncodeToString([]byte("AWS:secret")))
	case a.image(asked.RepositoryName+":"+asked.ImageIDs[0].ImageTag) == nil:
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"__type": "ImageNotFoundException", "message": "not there"}`)
	default:
		fmt.Fprint(w, `{"imageDetails": [{}]}`)
	}
}

// image is an image of the registry, or nil.
func (a *aws) image(text string) v1.Image {
	reference, err := name.ParseReference(a.registry + "/" + text)
	if err != nil {
		a.t.Error(err)
		return nil
	}
	img, err := remote.Image(reference)
	if err != nil {
		return nil
	}
	return img
}

// pushBase puts an image for Linux with one program into the registry, and returns its reference.
func (a *aws) pushBase(architecture, program string) string {
	a.t.Helper()
	reference, err := name.ParseReference(a.registry + "/base:1.0.0")
	if err != nil {
		a.t.Fatal(err)
	}
	img, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{OS: "linux", Architecture: architecture})
	if err != nil {
		a.t.Fatal(err)
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		var packed bytes.Buffer
		packer := tar.NewWriter(&packed)
		err := packer.WriteHeader(&tar.Header{Name: "bin/" + program, Mode: 0o755})
		return io.NopCloser(&packed), errors.Join(err, packer.Close())
	})
	if err != nil {
		a.t.Fatal(err)
	}
	if img, err = mutate.AppendLayers(img, layer); err != nil {
		a.t.Fatal(err)
	}
	if err := remote.Write(reference, img); err != nil {
		a.t.Fatal(err)
	}
	return reference.String()
}
