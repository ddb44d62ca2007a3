package test

import (
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// script is what an instance runs when it starts, out of what AWS Batch joins with its own.
func script(t *testing.T) string {
	t.Helper()
	var properties launchTemplate
	decode(t, inGrid(t, "nat-es-own").only(t, "AWS::EC2::LaunchTemplate"), &properties)
	text, err := base64.StdEncoding.DecodeString(properties.LaunchTemplateData.UserData)
	if err != nil {
		t.Fatal(err)
	}
	message, err := mail.ReadMessage(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	_, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	part, err := multipart.NewReader(message.Body, parameters["boundary"]).NextPart()
	if err != nil {
		t.Fatal(err)
	}
	if kind := part.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/x-shellscript") {
		t.Fatalf("the user data is %s", kind)
	}
	body, err := io.ReadAll(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// prepared runs the script where each tool only writes down how it is called, and returns that.
// The disks are what lsblk says, and those tools fail that are named.
func prepared(t *testing.T, disks string, failing ...string) string {
	t.Helper()
	folder := t.TempDir()
	calls := filepath.Join(folder, "calls")
	tools := map[string]string{"lsblk": "printf '" + disks + "'"}
	for _, tool := range []string{"iptables", "systemctl", "mdadm", "mkfs.xfs", "mkdir", "mount"} {
		tools[tool] = `echo "$(basename "$0") $*" >>` + calls
	}
	for _, tool := range failing {
		tools[tool] = tools[tool] + "; exit 1"
	}
	for tool, body := range tools {
		if err := os.WriteFile(filepath.Join(folder, tool), []byte("#!/bin/bash\n"+body+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	text := strings.ReplaceAll(script(t), "/etc/ecs/ecs.config", calls)
	command := exec.CommandContext(t.Context(), "bash", "-c", text)
	command.Env = []string{"PATH=" + folder + ":" + os.Getenv("PATH")}
	if output, err := command.CombinedOutput(); err != nil {
		t.Logf("%v\n%s", err, output)
	}
	said, err := os.ReadFile(calls)
	if err != nil {
		t.Fatal(err)
	}
	return string(said)
}

const (
	root0 = `/dev/nvme0n1 Amazon Elastic Block Store\n`
	disk1 = `/dev/nvme1n1 Amazon EC2 NVMe Instance Storage\n`
	disk2 = `/dev/nvme2n1 Amazon EC2 NVMe Instance Storage\n`
)

func TestAnInstanceKeepsJobsFromItsMetadataOrTakesNone(t *testing.T) {
	const refusal = "iptables --insert OUTPUT --destination 169.254.169.254 --match owner ! --uid-owner 0 --jump REJECT\n"
	if got := prepared(t, root0); !strings.HasPrefix(got, refusal) || strings.Contains(got, "mask") {
		t.Errorf("it does\n%s", got)
	}
	if got := prepared(t, root0, "iptables"); !strings.Contains(got, "systemctl mask --now ecs\n") {
		t.Errorf("without a refusal it does\n%s", got)
	}
}

func TestAnInstanceRemovesWhatAJobLeftAtOnceAndStartsNoPrivilegedContainer(t *testing.T) {
	got := prepared(t, root0)
	for _, want := range []string{"ECS_DISABLE_PRIVILEGED=true\n", "ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION=1m\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("the agent is not told %s", want)
		}
	}
}

func TestVolumesAreOnTheDisksOfTheInstanceIfItHasAny(t *testing.T) {
	const mount = " /var/lib/docker/volumes\nsystemctl start docker\n"
	for name, test := range map[string]struct {
		disks   string
		failing []string
		want    string
		never   string
	}{
		"none":                {disks: root0, never: "mkfs.xfs"},
		"one":                 {disks: root0 + disk1, want: "mkfs.xfs -f /dev/nvme1n1\n", never: "mdadm"},
		"two":                 {disks: root0 + disk1 + disk2, want: "mkfs.xfs -f /dev/md0\n", never: "nvme0n1"},
		"two that do not mix": {disks: disk1 + disk2, failing: []string{"mdadm"}, want: "mkfs.xfs -f /dev/nvme1n1\n"},
		"one that is broken":  {disks: disk1, failing: []string{"mkfs.xfs"}, never: "mount"},
	} {
		got := prepared(t, test.disks, test.failing...)
		if !strings.Contains(got, test.want) || test.want != "" && !strings.HasSuffix(got, mount) {
			t.Errorf("%s: it does\n%swant %s, and to end with%s", name, got, test.want, mount)
		}
		if test.never != "" && strings.Contains(got, test.never) {
			t.Errorf("%s: it does\n%swant no %s", name, got, test.never)
		}
	}
}
