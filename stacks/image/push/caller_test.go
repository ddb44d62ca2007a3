package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
)

// newAWS answers as STS and ECR do, and returns what it was asked, by whom. A token says of
// whom it is.
func newAWS(t *testing.T, registry string) *[]string {
	t.Helper()
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, key, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
		key, scope, _ := strings.Cut(key, "/")
		region := strings.Split(scope, "/")[1]
		switch {
		case strings.Contains(string(body), "Action=GetCallerIdentity"):
			asked = append(asked, key+" "+region+" GetCallerIdentity")
			fmt.Fprint(w, `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account>`+
				`<Arn>arn:aws-cn:iam::111122223333:user/me</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`)
		case strings.Contains(string(body), "Action=AssumeRole"):
			asked = append(asked, key+" "+region+" "+string(body))
			fmt.Fprint(w, `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ROLE</AccessKeyId>`+
				`<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>`+
				`<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`)
		default:
			asked = append(asked, key+" "+region+" "+r.Header.Get("X-Amz-Target"))
			w.Header().Set("Content-Type", "application/x-amz-json-1.1")
			fmt.Fprintf(w, `{"authorizationData": [{"proxyEndpoint": %q, "authorizationToken": %q}]}`,
				registry, base64.StdEncoding.EncodeToString([]byte("AWS:"+key)))
		}
	}))
	t.Cleanup(server.Close)
	for variable, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "cn-north-1", "AWS_PROFILE": "",
		"AWS_ACCESS_KEY_ID": "ME", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
	} {
		t.Setenv(variable, value)
	}
	return &asked
}

func TestThePushIsByTheRoleInTheRegionThatTheDestinationNames(t *testing.T) {
	asked := newAWS(t, "https://registry.example.org")
	opened, err := (&caller{}).open(t.Context(), destination{
		Region:               "cn-northwest-1",
		RepositoryName:       "assets-${AWS::AccountId}-${AWS::Region}",
		AssumeRoleARN:        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/images",
		AssumeRoleExternalID: "outside",
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := opened.RepositoryStr(), "assets-111122223333-cn-northwest-1"; got != want {
		t.Errorf("got repository %s, want %s", got, want)
	}
	auth, err := opened.auth.Authorization()
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := base64.StdEncoding.DecodeString(auth.Auth); string(got) != "AWS:ROLE" {
		t.Errorf("got the token %q, want the role's", got)
	}
	if len(*asked) != 3 {
		t.Fatalf("got %q, want GetCallerIdentity, AssumeRole and GetAuthorizationToken", *asked)
	}
	for _, want := range []string{
		"RoleArn=arn%3Aaws-cn%3Aiam%3A%3A111122223333%3Arole%2Fimages", "ExternalId=outside",
	} {
		if !strings.Contains((*asked)[1], want) {
			t.Errorf("got %s, want %s in it", (*asked)[1], want)
		}
	}
	if got := (*asked)[2]; !strings.HasPrefix(got, "ROLE cn-northwest-1 ") {
		t.Errorf("got %s, want the token asked for by the role, in the destination's region", got)
	}
}

func TestABaseImageInAPrivateRegistryIsPulledWithATokenOfItsRegion(t *testing.T) {
	asked := newAWS(t, "https://registry.example.org")
	auth := resolve(t, "444455556666.dkr.ecr.eu-west-1.amazonaws.com")
	if got, _ := base64.StdEncoding.DecodeString(auth.Auth); string(got) != "AWS:ME" {
		t.Errorf("got the token %q, want the caller's own", got)
	}
	if !slices.ContainsFunc(*asked, func(line string) bool { return strings.HasPrefix(line, "ME eu-west-1 ") }) {
		t.Errorf("got %q, want a token of eu-west-1", *asked)
	}
}

func TestNobodyElseIsGivenAToken(t *testing.T) {
	asked := newAWS(t, "https://registry.example.org")
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	for _, registry := range []string{
		"public.ecr.aws", "index.docker.io", "444455556666.dkr.ecr.eu-west-1.amazonaws.com.example.org",
	} {
		if auth := resolve(t, registry); *auth != (authn.AuthConfig{}) {
			t.Errorf("%s: got %+v, want nothing", registry, auth)
		}
	}
	if len(*asked) > 0 {
		t.Errorf("got %q, want nothing asked", *asked)
	}
}

func resolve(t *testing.T, registry string) *authn.AuthConfig {
	t.Helper()
	host, err := name.NewRegistry(registry)
	if err != nil {
		t.Fatal(err)
	}
	found, err := (&caller{}).ResolveContext(t.Context(), host)
	if err != nil {
		t.Fatal(err)
	}
	auth, err := found.Authorization()
	if err != nil {
		t.Fatal(err)
	}
	return auth
}
