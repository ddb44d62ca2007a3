package limits

import (
	"encoding/json"
	"slices"
)

// volumes refuses a host for a volume on Fargate, where it "shouldn't be provided" ("Host",
// AWS Batch API Reference), and a mount of a volume that is not there. The CDK writes an empty
// host unasked.
func (c *checker) volumes(r resource) {
	var job struct {
		PlatformCapabilities []string
		ContainerProperties  struct {
			MountPoints []struct{ SourceVolume string }
			Volumes     []struct {
				Name string
				Host json.RawMessage
			}
		}
	}
	if !c.decode(r, &job) {
		return
	}
	fargate := slices.Contains(job.PlatformCapabilities, "FARGATE")
	volumes := map[string]bool{}
	for _, volume := range job.ContainerProperties.Volumes {
		volumes[volume.Name] = true
		c.require(!fargate || volume.Host == nil, "volume %s has a host: Fargate takes only a name", volume.Name)
	}
	for _, mount := range job.ContainerProperties.MountPoints {
		c.require(volumes[mount.SourceVolume], "mounts volume %q, which is not there", mount.SourceVolume)
	}
}
