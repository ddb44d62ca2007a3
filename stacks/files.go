package stacks

import (
	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/policies"
)

// filesOf is where the files are that the command reads beside its objects: in the bucket of the runs,
// which is the pipeline's own. It is nil if the command does not name their folder.
func filesOf(command contract.Command, runs policies.Location) *policies.Location {
	if !command.Uses(contract.FilesDir) {
		return nil
	}
	runs.Prefix = contract.FilesPrefix
	return &runs
}

// filesLocation is that place for a job; nowhere if there is none.
func filesLocation(data policies.Data) contract.Location {
	if data.Files == nil {
		return contract.Location{}
	}
	return location(*data.Files)
}

// filesOutput says how the files get there.
func filesOutput(data policies.Data) Output {
	return Output{
		Name:        "FilesCommand",
		Description: "Puts the files where jobs find them that the command reads beside its objects",
		Value:       "aws s3 cp --recursive FOLDER " + filesLocation(data).String(),
	}
}
