package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// imageLines are the instructions of the Dockerfile: those of all stages, and of the last.
func imageLines(t *testing.T) (all, last []string) {
	t.Helper()
	file, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(file)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		if strings.HasPrefix(line, "FROM ") {
			last = nil
		}
		all, last = append(all, line), append(last, line)
	}
	return all, last
}

func TestTheImageIsMadeFromExactVersions(t *testing.T) {
	all, _ := imageLines(t)
	exact := regexp.MustCompile(`^FROM (--platform=\$BUILDPLATFORM )?\S+:\d+\.\d+\.\d+(@sha256:[0-9a-f]{64})?( AS \w+)?$`)
	for _, line := range all {
		if strings.HasPrefix(line, "FROM ") && !exact.MatchString(line) {
			t.Errorf("%q does not name an exact version", line)
		}
	}
}

func TestTheImageRunsTheWorkerAsAUserWhoMayWriteToTheScratchDirectoryOnly(t *testing.T) {
	_, last := imageLines(t)
	for _, want := range []string{
		"COPY worker /usr/local/bin/worker", "COPY --from=directories --chown=65532:65532 /tree/ /", "VOLUME /scratch",
		"USER 65532:65532", `ENTRYPOINT ["/usr/local/bin/worker"]`,
	} {
		if !slices.Contains(last, want) {
			t.Errorf("the image lacks %q", want)
		}
	}
}

func TestTheImageIsBuiltWithoutRunningAnythingOfTheJobsArchitecture(t *testing.T) {
	_, last := imageLines(t)
	for _, line := range last {
		if strings.HasPrefix(line, "RUN ") {
			t.Errorf("%q needs an emulator where the architecture is another", line)
		}
	}
}
