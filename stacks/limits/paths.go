package limits

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// shape is what is known of a JSON value: the fields of an object, or nil for a value
// of which nothing is known, and so nothing may be read.
type shape map[string]shape

// paths requires that every path that a state reads was made by whatever state came
// before it, on every way that leads there. A path to nothing ends an execution where
// no Catch sees it.
func (c *checker) paths(d definition, input shape) {
	machine := c.at
	inputs := map[string]shape{d.StartAt: input}
	known := map[string]bool{d.StartAt: true}
	// Each state is looked at again whenever less is known of its input than was; a
	// shape can lose fields only so often.
	for pending := []string{d.StartAt}; len(pending) > 0; pending = pending[1:] {
		s := d.States[pending[0]]
		if s == nil {
			continue // Said already, where reachability was checked.
		}
		for next, output := range c.outputs(s, inputs[pending[0]]) {
			merged := output
			if known[next] {
				merged = common(inputs[next], output)
			}
			if !known[next] || !equal(merged, inputs[next]) {
				inputs[next], known[next] = merged, true
				pending = append(pending, next)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if s := d.States[name]; s != nil {
			c.at = machine + ": state " + name
			c.reads(s, inputs[name])
			if s.ItemProcessor != nil {
				c.paths(*s.ItemProcessor, shapeOf(s.ItemSelector))
			}
		}
	}
	c.at = machine
}

// outputs returns what is known of the input of each state that may come next.
func (c *checker) outputs(s *state, input shape) map[string]shape {
	next := map[string]shape{}
	leadTo := func(name string, output shape) {
		if other, twice := next[name]; twice {
			output = common(other, output)
		}
		next[name] = output
	}
	for _, catch := range s.Catch {
		path := "$"
		if catch.ResultPath != nil {
			path = *catch.ResultPath
		}
		leadTo(catch.Next, put(input, path, taskError))
	}
	result := input
	switch {
	case s.ResultSelector != nil:
		result = shapeOf(s.ResultSelector)
	case s.Type == "Task", s.Type == "Map":
		result = c.answer(s)
	case s.Type == "Pass" && s.Parameters != nil:
		result = shapeOf(s.Parameters)
	case s.Type == "Pass" && s.InputPath != nil:
		result, _ = get(input, *s.InputPath)
	}
	output := result
	if s.ResultPath.present {
		if s.ResultPath.path == nil {
			output = input
		} else {
			output = put(input, *s.ResultPath.path, result)
		}
	}
	if s.OutputPath != nil {
		output, _ = get(output, *s.OutputPath)
	}
	leadTo(s.Next, output)
	leadTo(s.Default, output)
	for _, choice := range s.Choices {
		leadTo(choice.Next, choice.knows(output))
	}
	return next
}

// reads requires that what the state reads is there.
func (c *checker) reads(s *state, input shape) {
	for _, path := range s.readPaths() {
		if !exists(input, path) {
			c.require(false, "reads %s, which no state before it makes on every way here", path)
		}
	}
	if s.ResultSelector != nil {
		result := c.answer(s)
		for _, path := range pathsIn(s.ResultSelector) {
			c.require(exists(result, path), "selects %s, which is not in the task's result", path)
		}
	}
}

func (s *state) readPaths() []string {
	paths := pathsIn(s.Parameters)
	for _, path := range pathsIn(s.ItemSelector) {
		if !strings.HasPrefix(path, item) {
			paths = append(paths, path)
		}
	}
	for _, choice := range s.Choices {
		paths = append(paths, choice.variables()...)
	}
	for _, path := range []string{s.ErrorPath, s.CausePath, s.ItemsPath} {
		if path != "" {
			paths = append(paths, path)
		}
	}
	if s.InputPath != nil {
		paths = append(paths, *s.InputPath)
	}
	return paths
}

// knows is what is known of the input if the choice is taken: what it asks for is there.
func (c choice) knows(input shape) shape {
	if c.IsPresent == nil || !*c.IsPresent {
		return input
	}
	return put(input, c.Variable, optional[c.Variable])
}

func (c choice) variables() []string {
	var paths []string
	for _, path := range []string{c.Variable, c.StringEqualsPath} {
		if path != "" && c.IsPresent == nil { // Whether it is there is what that asks.
			paths = append(paths, path)
		}
	}
	for _, inner := range slices.Concat(c.And, c.Or, c.Not) {
		paths = append(paths, inner.variables()...)
	}
	return paths
}

// pathIn finds the paths in an intrinsic function, or the one that is the whole value.
var pathIn = regexp.MustCompile(`\$\$?(\.[A-Za-z0-9_]+)*`)

func pathsIn(template any) []string {
	var paths []string
	switch value := template.(type) {
	case map[string]any:
		for name, field := range value {
			if expression, ok := field.(string); ok && strings.HasSuffix(name, ".$") {
				paths = append(paths, pathIn.FindAllString(withoutText(expression), -1)...)
			} else {
				paths = append(paths, pathsIn(field)...)
			}
		}
	case []any:
		for _, element := range value {
			paths = append(paths, pathsIn(element)...)
		}
	}
	slices.Sort(paths)
	return paths
}

var quotedText = regexp.MustCompile(`'(\\.|[^'\\])*'`)

// withoutText takes the quoted texts out of an intrinsic function: a "$" in them is no path.
func withoutText(expression string) string {
	return quotedText.ReplaceAllString(expression, "")
}

func exists(input shape, path string) bool {
	root := input
	if rest, ok := strings.CutPrefix(path, "$$"); ok {
		root, path = context, "$"+rest
	}
	_, ok := get(root, path)
	return ok
}

func get(root shape, path string) (shape, bool) {
	at := root
	for field := range strings.SplitSeq(strings.TrimPrefix(path, "$"), ".") {
		if field == "" {
			continue
		}
		next, ok := at[field]
		if !ok {
			return nil, false
		}
		at = next
	}
	return at, true
}

// put returns the root with the value at the path; the root itself stays as it is.
func put(root shape, path string, value shape) shape {
	field, rest, deeper := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(path, "$"), "."), ".")
	if field == "" {
		return value
	}
	changed := maps.Clone(root)
	if changed == nil {
		changed = shape{}
	}
	if deeper {
		value = put(root[field], "$."+rest, value)
	}
	changed[field] = value
	return changed
}

// common is what is known of a value that is of the one shape or of the other.
func common(a, b shape) shape {
	both := shape{}
	for field, inner := range a {
		if other, ok := b[field]; ok {
			both[field] = common(inner, other)
		}
	}
	if len(both) == 0 {
		return nil
	}
	return both
}

func equal(a, b shape) bool {
	return maps.EqualFunc(a, b, equal)
}

// shapeOf is the shape of a value, or of what a template makes.
func shapeOf(value any) shape {
	fields, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	s := shape{}
	for name, field := range fields {
		s[strings.TrimSuffix(name, ".$")] = shapeOf(field)
	}
	return s
}

func asJSON(value any) any {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err) // The contract's types are all JSON.
	}
	var decoded any
	if err := json.Unmarshal(data, &decoded); err != nil {
		panic(err)
	}
	return decoded
}
