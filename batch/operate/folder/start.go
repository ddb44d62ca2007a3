package folder

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os/exec"

	"batchjobwithlambda/batch/operate/runs"
)

// Start runs test/local once more over the same inputs; see [runs.Place]. It has to be called
// in the module's folder.
func (p *Place) Start(ctx context.Context, input json.RawMessage, progress io.Writer) (runs.Run, error) {
	before, err := p.Newest(ctx, 1)
	if err != nil {
		return runs.Run{}, err
	}
	command := exec.CommandContext(ctx, "go", "run", "./test/local",
		"-in", p.record.In,
		"-files", p.record.Files,
		"-out", p.path,
		"-env", p.record.Environment,
		"-pipeline", p.record.Pipeline,
		"-input", string(input),
	)
	command.Stdout, command.Stderr = progress, progress
	ended := command.Run() // A run that fails ends it with an error, too.
	newest, err := p.Newest(ctx, 1)
	if err != nil {
		return runs.Run{}, err
	}
	if len(newest) == 0 || len(before) > 0 && newest[0].Name == before[0].Name {
		return runs.Run{}, errors.Join(errors.New("test/local has started no run"), ended)
	}
	return newest[0], nil
}
