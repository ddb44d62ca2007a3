package programs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Image is what a job's image is made of.
type Image struct {
	// Architecture is the job's, by Go's name: "arm64" or "amd64".
	Architecture string
	// Base is the reference of an image that has the job's program, and that the worker is
	// added to. Without one, the image is that of batch/Dockerfile.
	Base string
}

// dockerfile adds to a base what batch/Dockerfile adds to its own.
const dockerfile = `FROM %s
COPY worker /usr/local/bin/worker
COPY etc/passwd etc/group /etc/
COPY --chown=65532:65532 scratch /scratch
COPY --chown=65532:65532 scratch /tmp
VOLUME /scratch /tmp
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/worker"]
`

// stage makes the context to build the image from, of the folder of the Dockerfile and the
// worker for the image's architecture.
func (i Image) stage(from, worker, context string) error {
	err := errors.Join(
		copyFile(worker, filepath.Join(context, "worker")),
		os.Mkdir(filepath.Join(context, "scratch"), 0o755), // Git keeps no empty folders.
	)
	if i.Base == "" {
		return errors.Join(err, copyImageContext(from, context))
	}
	return errors.Join(
		err,
		copyImageContext(filepath.Join(from, "etc"), filepath.Join(context, "etc")),
		os.WriteFile(filepath.Join(context, "Dockerfile"), fmt.Appendf(nil, dockerfile, i.Base), 0o644),
	)
}
