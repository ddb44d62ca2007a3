package contract

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	// ListsPrefix is the prefix of the lists of a pipeline, in the bucket with its own files.
	ListsPrefix = "lists/"
	// CSVExtension ends the name of a list that is CSV; any other is JSON lines.
	CSVExtension = ".csv"

	// KeyColumn is the column of a list that has the key of the object.
	KeyColumn = "key"

	columnPrefix = "column."

	// MaxColumnsBytes bounds what a list says of an object, as JSON, besides its key: it is part of a
	// line of a manifest.
	MaxColumnsBytes = 32 << 10
)

// ColumnPlaceholder is the placeholder of what a list has for an object in a column: {column.NAME}.
func ColumnPlaceholder(name string) string { return "{" + columnPrefix + name + "}" }

// Columns are what a list says of an object besides its key, by the names of the columns: a JSON
// object of texts, sorted by name, or empty if it says nothing.
type Columns string

// NewColumns returns the columns with the values.
func NewColumns(values map[string]string) Columns {
	if len(values) == 0 {
		return ""
	}
	text := []byte{'{'}
	for i, name := range slices.Sorted(maps.Keys(values)) {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(appendText(text, "", name), ':')
		text = appendText(text, "", values[name])
	}
	return Columns(append(text, '}'))
}

// Values returns the values by the names of their columns.
func (c Columns) Values() map[string]string {
	if c == "" {
		return nil
	}
	var values map[string]string
	if err := json.Unmarshal([]byte(c), &values); err != nil {
		panic(err) // Nothing else makes columns but NewColumns, and what reads its JSON.
	}
	return values
}

// MarshalJSON writes the object.
func (c Columns) MarshalJSON() ([]byte, error) { return json.Marshal(c.Values()) }

// UnmarshalJSON reads a JSON object of texts.
func (c *Columns) UnmarshalJSON(text []byte) error {
	var values map[string]string
	if err := json.Unmarshal(text, &values); err != nil {
		return err
	}
	*c = NewColumns(values)
	return nil
}

// columns reads columns that are as NewColumns writes them, without escapes.
func (s *scanner) columns() Columns {
	start, previous := s.rest, ""
	s.must("{")
	for first := true; !s.failed; first = false {
		name := s.text()
		s.must(":")
		s.text()
		if !first && name <= previous {
			s.failed = true
		}
		if s.next("}") {
			return Columns(start[:len(start)-len(s.rest)])
		}
		s.must(",")
		previous = name
	}
	return ""
}

// Columns returns the names of the columns of a list that the arguments use besides its key, sorted.
func (t Template) Columns() []string { return t.columns }

// findNamed finds what [Template.Columns] and [Template.FurtherInputs] return.
func (t *Template) findNamed() {
	columns, further := map[string]bool{}, map[string]bool{}
	for _, piece := range slices.Concat(t.arguments...) {
		if name, ok := piece.column(); ok {
			columns[name] = true
		}
		if piece.placeholder && furtherInput.MatchString(piece.text) {
			further[piece.text] = true
			columns[FurtherColumn(piece.text)] = true
		}
	}
	t.columns, t.further = slices.Sorted(maps.Keys(columns)), slices.Sorted(maps.Keys(further))
}

// column is the name of the column that the piece stands for, if it does.
func (p piece) column() (name string, ok bool) {
	name, ok = strings.CutPrefix(p.text, "{"+columnPrefix)
	return strings.TrimSuffix(name, "}"), ok && p.placeholder
}

// CheckColumns returns a check of what a list says of an object: it returns an error when the command
// cannot be run with the columns, or a further input is not the key of an object below the location.
// The command is parsed once, however many objects the list has.
func (c Command) CheckColumns(input Location) func(Columns) error {
	template, wrong := ParseTemplate(c)
	return func(columns Columns) error {
		if wrong != nil {
			return wrong
		}
		if _, err := c.fillColumns(template, columns); err != nil {
			return err
		}
		return template.checkFurther(columns, input)
	}
}

// fillColumns returns the command, of which that is the template, as it is run for an object: with what
// a list has for it in the place of each {column.NAME}, as [Command.Fill] has parameters. The error says
// what it lacks, or which values make no command.
func (c Command) fillColumns(template Template, columns Columns) (Command, error) {
	used := template.Columns()
	if len(used) == 0 {
		return c, nil
	}
	values := columns.Values()
	for _, name := range used {
		if _, ok := values[name]; !ok {
			return nil, fmt.Errorf("it has no column %q, which the command uses", name)
		}
	}
	return c.fill(template, func(p piece) (string, bool) {
		name, ok := p.column()
		return values[name], ok
	})
}

// Texts are a command as the metadata of outputs has it, for any object. It is parsed once.
type Texts struct {
	command  Command
	template Template
	// same is the text if it is the same for all objects.
	same string
}

// NewTexts returns the texts of the command. The error is that of [ParseTemplate].
func NewTexts(command Command) (Texts, error) {
	template, err := ParseTemplate(command)
	if err != nil {
		return Texts{}, err
	}
	t := Texts{command: command, template: template}
	if len(template.Columns()) == 0 {
		t.same = command.String()
	}
	return t, nil
}

// For is the command for the object. The error says what its columns lack, or which values make no
// command.
func (t Texts) For(object Object) (string, error) {
	if t.same != "" {
		return t.same, nil
	}
	filled, err := t.command.fillColumns(t.template, object.Columns)
	if err != nil {
		return "", err
	}
	return filled.String(), nil
}

// commandDigestBytes is how much of a SHA-256 tells commands apart: two of one object have the same with
// a probability of 2^-64.
const commandDigestBytes = 8

// Digests are the digests of a command as it is run for objects: a command itself has up to 32 KiB.
type Digests struct {
	texts Texts
	// same is the digest if it is the same for all objects.
	same string
}

// Digests returns the digests of the texts.
func (t Texts) Digests() Digests {
	d := Digests{texts: t}
	if t.same != "" {
		d.same = CommandDigest(t.same)
	}
	return d
}

// For is the digest of the command for the object. The error is that of [Texts.For].
func (d Digests) For(object Object) (string, error) {
	if d.same != "" {
		return d.same, nil
	}
	text, err := d.texts.For(object)
	if err != nil {
		return "", err
	}
	return CommandDigest(text), nil
}

// CommandDigest is the digest of a command, as the metadata of an output has it.
func CommandDigest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:commandDigestBytes])
}

// parseList reads the address of a list.
func parseList(value json.RawMessage, settings PlanSettings) (Address, error) {
	lists := settings.Lists()
	want := fmt.Sprintf("the address of a list, such as %sNAME%s or %[1]sNAME%s", lists, CSVExtension, manifestExtension)
	text, err := parseString("list", value, want)
	if err != nil {
		return Address{}, err
	}
	address, err := ParseAddress(text)
	isList := strings.HasSuffix(address.Key, CSVExtension) || strings.HasSuffix(address.Key, manifestExtension)
	if err != nil || address.Bucket != lists.Bucket || lists.CheckKey(address.Key) != nil || !isList {
		return Address{}, &InvalidInput{Field: "list", Value: quote(text), Want: want}
	}
	return address, nil
}

// Lists is where a pipeline's lists are.
func (s PlanSettings) Lists() Location {
	return Location{Bucket: s.Runs.Bucket, Prefix: ListsPrefix}
}

// ParseTexts reads a JSON object of texts and numbers, which are taken as they are written.
func ParseTexts(line []byte) (map[string]string, error) {
	if !faithful(line) {
		return nil, errors.New("got text that is not UTF-8, or has half a surrogate pair")
	}
	fields, err := splitInput(line)
	if err != nil || fields == nil {
		return nil, fmt.Errorf("got %s, want a JSON object that names each column once", raw(bytes.TrimSpace(line)))
	}
	texts := map[string]string{}
	for name, value := range fields {
		var text string
		switch err := json.Unmarshal(value, &text); {
		case string(value) == "null":
			return nil, fmt.Errorf("column %q: got null, want a text or a number", name)
		case err == nil:
			texts[name] = text
		case isNumber(value):
			texts[name] = string(value)
		default:
			return nil, fmt.Errorf("column %q: got %s, want a text or a number", name, raw(value))
		}
	}
	return texts, nil
}

// isNumber reports whether the JSON value is a number.
func isNumber(value []byte) bool { return value[0] == '-' || '0' <= value[0] && value[0] <= '9' }
