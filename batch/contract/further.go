package contract

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// furtherInput is the placeholder of a file with another object than the one whose output is made:
// {in2} is that of the object whose key is in the column key2 of a list, and so on to {in9}.
var furtherInput = regexp.MustCompile(`^\{in[2-9]\}$`)

// FurtherInput is another object that the command gets beside the one whose output it makes.
type FurtherInput struct {
	Key string `json:"key"`
	// ETag is empty if it is not known.
	ETag string `json:"etag"`
}

// FurtherInputs returns the placeholders of further inputs that the arguments use, sorted.
func (t Template) FurtherInputs() []string { return t.further }

// FurtherColumn is the column of a list that has the key of the further input: key2 for {in2}.
func FurtherColumn(placeholder string) string {
	return KeyColumn + strings.TrimSuffix(strings.TrimPrefix(placeholder, "{in"), "}")
}

// checkFurther returns an error when a further input of the command is not the key of an object below
// the location.
func (t Template) checkFurther(columns Columns, input Location) error {
	if len(t.further) == 0 {
		return nil
	}
	values := columns.Values()
	for _, placeholder := range t.further {
		column := FurtherColumn(placeholder)
		if err := input.CheckKey(values[column]); err != nil {
			return fmt.Errorf("column %q: %w", column, err)
		}
	}
	return nil
}

// SourceETag is what stands for the content of an object, which has the ETag, and of its further
// inputs in the metadata of the output: the ETag, and a digest of the others if there are any. It is
// empty if not all of the ETags are known.
func SourceETag(eTag string, further []FurtherInput) string {
	if len(further) == 0 || eTag == "" {
		return eTag
	}
	if slices.ContainsFunc(further, func(f FurtherInput) bool { return f.ETag == "" }) {
		return ""
	}
	text, err := json.Marshal(further)
	if err != nil {
		panic(err) // Strings are always JSON.
	}
	sum := sha256.Sum256(text)
	return eTag + "+" + hex.EncodeToString(sum[:16])
}
