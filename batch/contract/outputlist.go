package contract

import (
	"encoding/json"
	"strconv"
)

// OutputList is the list of the outputs that a command made of one object in [OutDir]; see
// [Outputs] for where it is. It is written when all outputs are there, so that whoever reads it
// finds them all. Before the first of them is replaced, a list takes its place that is not complete.
type OutputList struct {
	// Complete says that all outputs are there. Without it, some may be of another version of the
	// object than others.
	Complete bool `json:"complete"`
	// Object is the key of the object that they were made of, and ETag its ETag.
	Object string `json:"object"`
	ETag   string `json:"etag"`
	// Run is the name of the run that made them.
	Run string `json:"run"`
	// Outputs are sorted by their keys; there are none in a list that is not complete. What else
	// is in the folder is no output of the object any more.
	Outputs []ListedOutput `json:"outputs"`
}

// ListedOutput is an output in an [OutputList].
type ListedOutput struct {
	Key string `json:"key"`
	// Size is in bytes.
	Size int64 `json:"size"`
}

// Encode writes the list as JSON.
func (l OutputList) Encode() []byte {
	if l.Outputs == nil {
		l.Outputs = []ListedOutput{}
	}
	text, err := json.Marshal(l)
	if err != nil {
		panic(err) // Its fields are always JSON.
	}
	return append(text, '\n')
}

// Bytes is how many bytes the outputs have together.
func (l OutputList) Bytes() int64 {
	var sum int64
	for _, output := range l.Outputs {
		sum += output.Size
	}
	return sum
}

// Metadata is that of a complete list: what an output of the command has, and how many bytes the
// outputs have together. The files are those of [MetadataFiles], or empty.
func (l OutputList) Metadata(command, files string) map[string]string {
	metadata := OutputMetadata(l.ETag, command, l.Run, files)
	metadata[metadataBytes] = strconv.FormatInt(l.Bytes(), 10)
	return metadata
}
