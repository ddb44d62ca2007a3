package deploy

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"batchjobwithlambda/test/synth"
)

// deployment is a synthesized app, and a docker that only notes that it was called.
type deployment struct {
	t      *testing.T
	aws    *aws
	folder string
	called string
}

func newDeployment(t *testing.T, assembly string) *deployment {
	t.Helper()
	d := &deployment{t: t, aws: newAWS(t), folder: t.TempDir(), called: filepath.Join(t.TempDir(), "called")}
	if err := os.CopyFS(d.folder, os.DirFS(assembly)); err != nil {
		t.Fatal(err)
	}
	tools := t.TempDir()
	script := "#!/bin/sh\necho \"$@\" >>" + d.called + "\nexit 1\n"
	if err := os.WriteFile(filepath.Join(tools, "docker"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	for variable, value := range map[string]string{
		"PATH":                        tools + ":" + filepath.Join(root, "node_modules/.bin") + ":" + os.Getenv("PATH"),
		"AWS_ENDPOINT_URL":            d.aws.endpoint,
		"AWS_REGION":                  "eu-north-1",
		"AWS_PROFILE":                 "",
		"AWS_ACCESS_KEY_ID":           "ME",
		"AWS_SECRET_ACCESS_KEY":       "secret",
		"AWS_CONFIG_FILE":             os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
		"CDK_DOCKER":                  filepath.Join(tools, "docker"),
	} {
		t.Setenv(variable, value)
	}
	return d
}

// from changes the base of the image that is to be built, and returns what it was.
func (d *deployment) from(reference string) string {
	d.t.Helper()
	found, err := filepath.Glob(filepath.Join(d.folder, "asset.*", "Dockerfile"))
	if err != nil || len(found) != 1 {
		d.t.Fatalf("got %q, %v, want one Dockerfile", found, err)
	}
	text, err := os.ReadFile(found[0])
	if err != nil {
		d.t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^FROM .*$`)
	if err := os.WriteFile(found[0], line.ReplaceAll(text, []byte("FROM "+reference)), 0o600); err != nil {
		d.t.Fatal(err)
	}
	return strings.TrimPrefix(string(line.Find(text)), "FROM ")
}

func (d *deployment) run(command string, arguments ...string) (string, error) {
	program := exec.CommandContext(d.t.Context(), command, arguments...)
	program.Dir = root
	output, err := program.CombinedOutput()
	return string(output), err
}

// publish is the part of "cdk deploy" before CloudFormation.
func (d *deployment) publish() (string, error) {
	return d.run("cdk", "publish-assets", "--unstable=publish-assets", "--no-notices", "--app", d.folder)
}

// dockerCalls are what docker was called with.
func (d *deployment) dockerCalls() string {
	d.t.Helper()
	calls, err := os.ReadFile(d.called)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.t.Fatal(err)
	}
	return string(calls)
}

// imageTag is the one under which the CDK looks for the job's image.
func (d *deployment) imageTag() string {
	d.t.Helper()
	found, err := filepath.Glob(filepath.Join(d.folder, "*.assets.json"))
	if err != nil || len(found) != 1 {
		d.t.Fatalf("got %q, %v, want the assets of one stack", found, err)
	}
	text, err := os.ReadFile(found[0])
	if err != nil {
		d.t.Fatal(err)
	}
	var assets struct {
		DockerImages map[string]struct {
			Destinations map[string]struct{ ImageTag string }
		}
	}
	if err := json.Unmarshal(text, &assets); err != nil {
		d.t.Fatal(err)
	}
	for _, image := range assets.DockerImages {
		for _, destination := range image.Destinations {
			return destination.ImageTag
		}
	}
	d.t.Fatal("got no image in the assets, want one")
	return ""
}

// pushed is the configuration of the image that the CDK finds, which has to be there.
func (d *deployment) pushed() *v1.ConfigFile {
	d.t.Helper()
	img := d.aws.image("cdk-hnb659fds-container-assets-111122223333-eu-north-1:" + d.imageTag())
	if img == nil {
		d.t.Fatal("got no image under the tag that the template names, want one")
	}
	config, err := img.ConfigFile()
	if err != nil {
		d.t.Fatal(err)
	}
	return config
}

func TestADeploymentOfTheDefaultImageCallsNoDocker(t *testing.T) {
	d := newDeployment(t, assembly)
	d.from(d.aws.pushBase("arm64", "gzip"))
	if output, err := d.run(push, d.folder); err != nil {
		t.Fatalf("push: %v\n%s", err, output)
	}
	if got := d.pushed().Architecture; got != "arm64" {
		t.Errorf("got an image for %s, want arm64", got)
	}
	if output, err := d.publish(); err != nil || !strings.Contains(output, "All assets are already published") {
		t.Errorf("got %v, want that the CDK finds all assets:\n%s", err, output)
	}
	if calls := d.dockerCalls(); calls != "" {
		t.Errorf("got docker %s, want no call", calls)
	}
}

func TestAnImageThatIsNotPushedIsLeftToDocker(t *testing.T) {
	d := newDeployment(t, assembly)
	d.from(d.aws.pushBase("arm64", "gzip") + "\nRUN apk add zstd")
	output, err := d.run(push, d.folder)
	if err != nil || !strings.Contains(output, "RUN needs Docker") {
		t.Fatalf("push: got %v and %s, want that it needs Docker", err, output)
	}
	if _, err := d.publish(); err == nil || d.dockerCalls() == "" {
		t.Errorf("got %v and no call of docker, want one", err)
	}
}

func TestAnImageWithoutTheCommandsProgramIsRefusedBeforeTheDeployment(t *testing.T) {
	d := newDeployment(t, assembly)
	d.from(d.aws.pushBase("arm64", "zstd"))
	output, err := d.run(push, d.folder)
	if err == nil || !strings.Contains(output, "program gzip: got none in the image") {
		t.Errorf("push: got %v and %s, want that gzip is missing", err, output)
	}
}

func TestAnImageByReferenceIsDeployedWithoutDocker(t *testing.T) {
	app := synth.App{Root: root, Program: "test/matrix"}
	template, err := app.Synth(t.Context(), "referred", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	d := newDeployment(t, filepath.Dir(template))
	if got, want := d.from(d.aws.pushBase("arm64", "gzip")), "public.ecr.aws/docker/library/python:3.13-slim"; got != want {
		t.Errorf("got an image from %s, want it from %s", got, want)
	}
	if output, err := d.run(push, d.folder); err != nil {
		t.Fatalf("push: %v\n%s", err, output)
	}
	config := d.pushed()
	if got := strings.Join(config.Config.Entrypoint, " "); got != "/usr/local/bin/worker" {
		t.Errorf("got the entrypoint %s, want the worker", got)
	}
	if calls := d.dockerCalls(); calls != "" {
		t.Errorf("got docker %s, want no call", calls)
	}
}
