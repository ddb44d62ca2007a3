package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"batchjobwithlambda/batch/operate/doctor"
)

// manifestTypes are the kinds of manifests that an image may have.
var manifestTypes = []string{
	"application/vnd.oci.image.index.v1+json",
	"application/vnd.oci.image.manifest.v1+json",
	"application/vnd.docker.distribution.manifest.list.v2+json",
	"application/vnd.docker.distribution.manifest.v2+json",
}

// platform is what an image is built for.
type platform struct {
	Architecture string `json:"architecture"`
}

// askImage asks for the job's image, and for its architecture. An image of somewhere else than
// Amazon ECR is not asked for.
func (q *inquiry) askImage(ctx context.Context) error {
	if q.facts.Definition == nil {
		return nil
	}
	// ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG
	host, name, _ := strings.Cut(aws.ToString(q.facts.Definition.ContainerProperties.Image), "/")
	repository, tag, tagged := strings.Cut(name, ":")
	if !strings.Contains(host, ".dkr.ecr.") || !tagged {
		return nil
	}
	account, _, _ := strings.Cut(host, ".")
	answer, err := q.images.BatchGetImage(ctx, &ecr.BatchGetImageInput{
		RegistryId:         &account,
		RepositoryName:     &repository,
		ImageIds:           []ecrtypes.ImageIdentifier{{ImageTag: &tag}},
		AcceptedMediaTypes: manifestTypes,
	})
	var noRepository *ecrtypes.RepositoryNotFoundException
	if errors.As(err, &noRepository) || err == nil && len(answer.Images) == 0 {
		q.facts.Image = doctor.Image{Missing: true}
		return nil
	}
	if err != nil {
		return err
	}
	var manifest struct {
		Config    struct{ Digest string }
		Manifests []struct{ Platform platform }
	}
	if err := json.Unmarshal([]byte(aws.ToString(answer.Images[0].ImageManifest)), &manifest); err != nil {
		return fmt.Errorf("manifest of image %s: %w", name, err)
	}
	for _, m := range manifest.Manifests {
		q.facts.Image.Architectures = append(q.facts.Image.Architectures, m.Platform.Architecture)
	}
	if manifest.Config.Digest == "" {
		return nil
	}
	config, err := q.imageConfig(ctx, account, repository, manifest.Config.Digest)
	if err == nil {
		q.facts.Image.Architectures = []string{config.Architecture}
	}
	return err
}

// imageConfig reads the configuration of an image, which the repository keeps like a layer.
func (p *Place) imageConfig(ctx context.Context, account, repository, digest string) (config platform, err error) {
	answer, err := p.images.GetDownloadUrlForLayer(ctx, &ecr.GetDownloadUrlForLayerInput{
		RegistryId:     &account,
		RepositoryName: &repository,
		LayerDigest:    &digest,
	})
	if err != nil {
		return platform{}, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, aws.ToString(answer.DownloadUrl), nil)
	if err != nil {
		return platform{}, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return platform{}, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return platform{}, fmt.Errorf("configuration of image %s: got status %s", repository, response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(&config); err != nil {
		return platform{}, fmt.Errorf("configuration of image %s: %w", repository, err)
	}
	return config, nil
}
