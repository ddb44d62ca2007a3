package contract

import (
	"fmt"
	"strconv"
	"strings"
)

const (
	// outputListsPrefix begins the names of lists of outputs, below the output's prefix.
	outputListsPrefix    = "_outputs/"
	outputListsExtension = ".json"
)

// KeyTooLongError is how many bytes an output's key would have, more than [MaxKeyBytes].
type KeyTooLongError int

func (k KeyTooLongError) Error() string {
	return fmt.Sprintf("the output's key would have %d bytes: S3 allows %d", int(k), MaxKeyBytes)
}

// Outputs says where a pipeline's outputs belong. The output of PATH, which is an object's key
// without the input's prefix, has the key OUTPUT/PATH+SUFFIX. If the command makes a folder of
// outputs, [OutDir], it is OUTPUT/PATH+SUFFIX/ that they are below, and the list that says that
// they are complete is OUTPUT/_outputs/PATH+SUFFIX.json; see [OutputList].
type Outputs struct {
	Input, Output Location
	// Suffix ends the name of the output, or of the folder of outputs.
	Suffix string
	// InFolders says that an object has a folder of outputs.
	InFolders bool
}

// Outputs says where the command's outputs belong; see [WorkSettings.Outputs].
func (s PlanSettings) Outputs(command Command) Outputs {
	return newOutputs(s.Input, s.Output, s.OutputSuffix, command)
}

// Outputs says where the command's outputs belong.
func (s WorkSettings) Outputs(command Command) Outputs {
	return newOutputs(s.Input, s.Output, s.OutputSuffix, command)
}

// Outputs says where the command's outputs belong; see [WorkSettings.Outputs].
func (s CollectSettings) Outputs(command Command) Outputs {
	return newOutputs(s.Input, s.Output, s.OutputSuffix, command)
}

// newOutputs knows that an object of a batch has one output, although the command has a folder.
func newOutputs(input, output Location, suffix string, command Command) Outputs {
	return Outputs{
		Input:     input,
		Output:    output,
		Suffix:    suffix,
		InFolders: command.Uses(OutDir) && !command.Uses(InFiles),
	}
}

// Location has all that [Outputs.Address] returns.
func (o Outputs) Location() Location {
	if !o.InFolders {
		return o.Output
	}
	return Location{Bucket: o.Output.Bucket, Prefix: o.Output.Prefix + outputListsPrefix}
}

// Address is where what says that the output of the object with the key is complete belongs:
// the output itself, or the list of its outputs. The error is one of the object: its key is not
// below the input, or the outputs would be among the lists, or it is a [KeyTooLongError].
func (o Outputs) Address(key string) (Address, error) {
	name, err := o.name(key)
	if err != nil {
		return Address{}, err
	}
	if !o.InFolders {
		return checkLength(o.Output.Address(name))
	}
	if strings.HasPrefix(name+"/", outputListsPrefix) {
		return Address{}, fmt.Errorf("the outputs would be below %s, which is for lists of outputs",
			o.Location())
	}
	return checkLength(o.Location().Address(name + outputListsExtension))
}

// File is where the output with the name in the folder of the object with the key belongs. The
// error is one of the object: S3 can have no object with such a key, perhaps a [KeyTooLongError].
func (o Outputs) File(key, name string) (Address, error) {
	folder, err := o.name(key)
	if err != nil {
		return Address{}, err
	}
	address, err := checkLength(o.Output.Address(folder + "/" + name))
	if err != nil {
		return Address{}, err
	}
	return address, CheckKey(address.Key)
}

// Bytes is how many bytes the output, or the outputs together, have, if there is an object at
// [Outputs.Address] of the size and with the metadata.
func (o Outputs) Bytes(size int64, metadata map[string]string) int64 {
	if sum, err := strconv.ParseInt(metadata[metadataBytes], 10, 64); err == nil && o.InFolders {
		return sum
	}
	return size
}

// KeyOf is the key of the object whose output, or list of outputs, has the key, and whether there can
// be such an object: [Outputs.Address] the other way round.
func (o Outputs) KeyOf(output string) (string, bool) {
	suffix := o.Suffix
	if o.InFolders {
		suffix += outputListsExtension
	}
	name, below := o.Location().Name(output)
	name, ends := strings.CutSuffix(name, suffix)
	return o.Input.Prefix + name, below && ends && name != ""
}

// name is the key of the output, or of the folder of outputs, without the prefix.
func (o Outputs) name(key string) (string, error) {
	if err := o.Input.CheckKey(key); err != nil {
		return "", err
	}
	name, _ := o.Input.Name(key)
	return name + o.Suffix, nil
}

func checkLength(address Address) (Address, error) {
	if length := len(address.Key); length > MaxKeyBytes {
		return Address{}, KeyTooLongError(length)
	}
	return address, nil
}
