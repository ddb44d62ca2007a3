package release

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const changelog = `# Changelog

## Unreleased

### Added

- A second thing.

## 0.1.0 - 2026-01-01

- The first thing.
`

// repository is a git repository with the script, a changelog, and tests that pass.
type repository struct {
	t      *testing.T
	folder string
}

func newRepository(t *testing.T) repository {
	t.Helper()
	script, err := os.ReadFile("../../.ci/release")
	if err != nil {
		t.Fatal(err)
	}
	r := repository{t: t, folder: t.TempDir()}
	r.git("init", "--quiet", "--initial-branch", "main")
	r.write(".ci/release", string(script))
	r.write(".ci/run", "#!/bin/sh\nexit 0\n")
	r.write("CHANGELOG.md", changelog)
	r.commit()
	r.git("tag", "v0.1.0")
	return r
}

func (r repository) write(name, text string) {
	r.t.Helper()
	path := filepath.Join(r.folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		r.t.Fatal(err)
	}
}

func (r repository) commit() {
	r.t.Helper()
	r.git("add", "--all")
	r.git("commit", "--quiet", "--message", "Change something")
}

func (r repository) git(arguments ...string) string {
	r.t.Helper()
	output, err := r.run("git", arguments...)
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(arguments, " "), err, output)
	}
	return output
}

func (r repository) run(name string, arguments ...string) (string, error) {
	command := exec.CommandContext(r.t.Context(), name, arguments...)
	command.Dir = r.folder
	command.Env = append(os.Environ(),
		"TZ=UTC",
		"GIT_CONFIG_GLOBAL="+os.DevNull,
		"GIT_CONFIG_SYSTEM="+os.DevNull,
		"GIT_AUTHOR_NAME=Somebody",
		"GIT_AUTHOR_EMAIL=somebody@example.com",
		"GIT_COMMITTER_NAME=Somebody",
		"GIT_COMMITTER_EMAIL=somebody@example.com",
	)
	output, err := command.CombinedOutput()
	return string(output), err
}

func (r repository) release(version string) (string, error) {
	return r.run(filepath.Join(r.folder, ".ci/release"), version)
}

// state is all that a release could change.
func (r repository) state() string {
	r.t.Helper()
	return r.git("log", "--format=%H", "--all") + r.git("tag") + r.git("status", "--porcelain")
}

func TestAReleaseIsACommitOfTheChangelogWithATag(t *testing.T) {
	r := newRepository(t)
	if output, err := r.release("0.2.0"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if subject := r.git("log", "-1", "--format=%s", "v0.2.0"); subject != "Release 0.2.0\n" {
		t.Errorf("the tag is on the commit %q", subject)
	}
	date := strings.TrimSpace(r.git("log", "-1", "--date=format-local:%Y-%m-%d", "--format=%cd"))
	want := strings.Replace(changelog, "## Unreleased\n", "## Unreleased\n\n## 0.2.0 - "+date+"\n", 1)
	if got := r.git("show", "v0.2.0:CHANGELOG.md"); got != want {
		t.Errorf("the changelog is\n%s\nwant\n%s", got, want)
	}
	notes := r.git("tag", "--list", "--format=%(contents)", "v0.2.0")
	if want := "### Added\n\n- A second thing."; !strings.Contains(notes, want) {
		t.Errorf("the tag says %q, want %q in it", notes, want)
	}
	if status := r.git("status", "--porcelain"); status != "" {
		t.Errorf("left behind: %s", status)
	}
}

func TestAReleaseThatMayNotBeMadeChangesNothing(t *testing.T) {
	for name, test := range map[string]struct {
		prepare func(repository)
		version string
		says    string
	}{
		"no version": {
			version: "",
			says:    `VERSION: got "", want MAJOR.MINOR.PATCH`,
		},
		"a version with v": {
			version: "v0.2.0",
			says:    "want MAJOR.MINOR.PATCH",
		},
		"a version again": {
			version: "0.1.0",
			says:    "VERSION: got 0.1.0, want one after 0.1.0",
		},
		"an older version": {
			version: "0.0.9",
			says:    "VERSION: got 0.0.9, want one after 0.1.0",
		},
		"another branch": {
			prepare: func(r repository) { r.git("switch", "--quiet", "--create", "fix") },
			version: "0.2.0",
			says:    `branch: got "fix", want main`,
		},
		"a file that is not committed": {
			prepare: func(r repository) { r.write("note", "") },
			version: "0.2.0",
			says:    "not committed",
		},
		"nothing new": {
			prepare: func(r repository) {
				r.write("CHANGELOG.md", strings.Replace(changelog, "- A second thing.", "", 1))
				r.commit()
			},
			version: "0.2.0",
			says:    "nothing stands under",
		},
		"tests that fail": {
			prepare: func(r repository) {
				r.write(".ci/run", "#!/bin/sh\necho a test failed\nexit 1\n")
				r.commit()
			},
			version: "0.2.0",
			says:    "a test failed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRepository(t)
			if test.prepare != nil {
				test.prepare(r)
			}
			before := r.state()
			output, err := r.release(test.version)
			if err == nil || !strings.Contains(output, test.says) {
				t.Errorf("got %v, and it says %q, want an error with %q", err, output, test.says)
			}
			if after := r.state(); after != before {
				t.Errorf("before:\n%s\nafter:\n%s", before, after)
			}
		})
	}
}
