package image

import (
	"errors"
	"testing"
	"testing/fstest"
)

func TestWhatNeedsDockerIsRefusedWithItsLine(t *testing.T) {
	for dockerfile, want := range map[string]string{
		"FROM alpine\n\nRUN apk add zstd":                                   "line 3: RUN needs Docker",
		"FROM alpine\n# a comment\nCOPY a \\\n  b /\nRUN true":              "line 5: RUN needs Docker",
		"FROM alpine\nADD a /a":                                             "line 2: ADD needs Docker",
		"FROM alpine\nSHELL [\"/bin/bash\"]":                                "line 2: SHELL needs Docker",
		"FROM alpine\nHEALTHCHECK NONE":                                     "line 2: HEALTHCHECK needs Docker",
		"ARG VERSION=3\nFROM alpine:$VERSION":                               "line 1: ARG needs Docker",
		"FROM alpine:$VERSION":                                              "line 1: a variable needs Docker",
		"FROM golang AS build\nFROM alpine\nCOPY --from=build /a /a":        "line 2: a second FROM needs Docker",
		"FROM --platform=$BUILDPLATFORM alpine":                             "line 1: FROM --platform needs Docker",
		"FROM scratch":                                                      "line 1: FROM scratch needs Docker",
		"FROM alpine\nCOPY --from=golang /usr/local/go /go":                 "line 2: COPY --from needs Docker",
		"FROM alpine\nCOPY --chmod=755 a /a":                                "line 2: COPY --chmod needs Docker",
		"FROM alpine\nCOPY --link a /a":                                     "line 2: COPY --link needs Docker",
		"FROM alpine\nCOPY --parents a/b /":                                 "line 2: COPY --parents needs Docker",
		"FROM alpine\nCOPY --exclude=*.md a /a":                             "line 2: COPY --exclude needs Docker",
		"FROM alpine\nCOPY --chown=job:job a /a":                            "line 2: COPY --chown with anything but UID:GID needs Docker",
		"FROM alpine\nCOPY --chown=65532 a /a":                              "line 2: COPY --chown with anything but UID:GID needs Docker",
		"FROM alpine\nCOPY *.py /app/":                                      "line 2: COPY of a pattern needs Docker",
		"# syntax=docker/dockerfile:1\nFROM alpine\nCOPY <<E /a\ntext\nE\n": "line 3: COPY of a text in the Dockerfile needs Docker",
		"FROM alpine\nCOPY a $HOME/":                                        "line 2: a variable or a quote needs Docker",
		"FROM alpine\nENV PATH=/opt/bin:$PATH":                              "line 2: a variable or a quote needs Docker",
		"FROM alpine\nENV GREETING=\"hello there\"":                         "line 2: a variable or a quote needs Docker",
		"FROM alpine\nENTRYPOINT /usr/local/bin/worker":                     "line 2: ENTRYPOINT without brackets needs Docker",
		"FROM alpine\nCMD gzip -9":                                          "line 2: CMD without brackets needs Docker",
	} {
		_, err := Read(fstest.MapFS{"Dockerfile": {Data: []byte(dockerfile)}}, "Dockerfile")
		unsupported, ok := errors.AsType[*UnsupportedError](err)
		if !ok || unsupported.Error() != want {
			t.Errorf("%q: got %v, want %s", dockerfile, err, want)
		}
	}
}

func TestFilesThatDockerWouldLeaveOutNeedDocker(t *testing.T) {
	_, err := Read(fstest.MapFS{"Dockerfile": {Data: []byte("FROM alpine")}, ".dockerignore": {}}, "Dockerfile")
	if _, ok := errors.AsType[*UnsupportedError](err); !ok {
		t.Errorf("got %v, want that it needs Docker", err)
	}
}

// Docker would refuse it too, so leaving it to Docker would only hide why.
func TestAWrongDockerfileIsNotLeftToDocker(t *testing.T) {
	for _, dockerfile := range []string{"", "COPY a /a", "FROM alpine\nCOPPY a /a", "FROM alpine\nCOPY a"} {
		_, err := Read(fstest.MapFS{"Dockerfile": {Data: []byte(dockerfile)}}, "Dockerfile")
		if _, ok := errors.AsType[*UnsupportedError](err); ok || err == nil {
			t.Errorf("%q: got %v, want that it is wrong", dockerfile, err)
		}
	}
}
