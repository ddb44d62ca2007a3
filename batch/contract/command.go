package contract

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxCommandBytes bounds a command's text: it is kept in the metadata of every
// output, of which there may be [MaxMetadataBytes].
const MaxCommandBytes = 1024

// Command is the program that is run for each object, and its arguments; no shell
// reads it. It gets the object on its standard input, or as the file [InFile]; what it
// writes to its standard output, to the file [OutFile] or into the folder [OutDir], is
// the output. Its arguments may have more placeholders; see [ParseTemplate].
type Command []string

// Check returns an error when the command cannot be run or recorded.
func (c Command) Check() error {
	if len(c) == 0 || c[0] == "" {
		return fmt.Errorf("command: got %q, want a program and its arguments", []string(c))
	}
	for _, argument := range c {
		if strings.Contains(argument, "\x00") || !utf8.ValidString(argument) {
			return fmt.Errorf("command argument %q holds a NUL or is not UTF-8", argument)
		}
		if strings.HasPrefix(argument, "Ref::") {
			return fmt.Errorf("command argument %q begins with Ref::, which AWS Batch replaces by a parameter", argument)
		}
	}
	if text := c.String(); len(text) > MaxCommandBytes {
		return fmt.Errorf("command %.40s…: got %d bytes as JSON, want at most %d", text, len(text), MaxCommandBytes)
	}
	_, err := ParseTemplate(c)
	return err
}

// String is the command as JSON in ASCII, which tells any two commands apart and
// may stand in the metadata of an object.
func (c Command) String() string {
	text, err := json.Marshal([]string(c))
	if err != nil {
		panic(err) // A list of strings is always JSON.
	}
	var ascii strings.Builder
	for _, r := range string(text) {
		switch {
		case r < utf8.RuneSelf && r != '\x7f':
			ascii.WriteRune(r)
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&ascii, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(&ascii, `\u%04x`, r)
		}
	}
	return ascii.String()
}

// UnmarshalText reads what [Command.String] wrote.
func (c *Command) UnmarshalText(text []byte) error {
	var arguments []string
	if err := json.Unmarshal(text, &arguments); err != nil {
		return fmt.Errorf("command: got %q, want a JSON list of strings: %w", text, err)
	}
	if !faithful(text) {
		return fmt.Errorf("command %q is not UTF-8, or has half a surrogate pair", text)
	}
	*c = arguments
	return c.Check()
}

// Uses reports whether an argument has the placeholder.
func (c Command) Uses(placeholder string) bool {
	template, err := ParseTemplate(c)
	return err == nil && template.Uses(placeholder)
}
