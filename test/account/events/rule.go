package events

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"batchjobwithlambda/test/template"
)

const typeRule = "AWS::Events::Rule"

// Types are EventBridge's.
var Types = template.Types{
	typeRule: {ARN: template.ARN("events", "rule/%s"), Ref: "%s", Attribute: "Arn"},
}

// Rule is a rule of EventBridge's default event bus.
type Rule struct {
	// ID is the logical id of the resource, and ARN its ARN.
	ID, ARN string
	Targets []Target

	matches matcher
}

// Target is where a rule sends events to, and what it sends of them.
type Target struct {
	ID               string `json:"Id"`
	ARN              string `json:"Arn"`
	DeadLetterConfig struct {
		ARN string `json:"Arn"`
	}
	// InputPath is the part of the event that the target gets; without one it gets what the
	// transformer makes.
	InputPath        string
	InputTransformer struct {
		InputPathsMap map[string]string
		InputTemplate string
	}
}

// Rules returns the rules of a template. It returns an error for whatever in them is
// not supported here.
func Rules(t *template.Template) ([]Rule, error) {
	var rules []Rule
	var problems []error
	for _, r := range t.OfType(typeRule) {
		var properties struct {
			EventPattern any
			Targets      []Target
			Description  template.Ignored
			Tags         template.Ignored
		}
		err := t.Resolve(r, &properties)
		rule := Rule{ID: r.ID, Targets: properties.Targets}
		if err == nil {
			rule.ARN, err = t.ARN(r)
		}
		if err == nil {
			rule.matches, err = parsePattern(properties.EventPattern)
		}
		for _, target := range properties.Targets {
			if err == nil {
				err = target.check()
			}
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("rule %s: %w", r.ID, err))
		}
		rules = append(rules, rule)
	}
	return rules, errors.Join(problems...)
}

// Matches reports whether the rule sends the event to its targets.
func (r Rule) Matches(event Event) bool { return r.matches(map[string]any(event), true) }

var (
	placeholder = regexp.MustCompile(`<([^>]*)>`)
	path        = regexp.MustCompile(`^\$(\.[A-Za-z0-9_-]+)+$`)
)

func (t Target) check() error {
	if path.MatchString(t.InputPath) && t.InputTransformer.InputTemplate == "" {
		return nil
	}
	transformer := t.InputTransformer
	var value any // With each name in a text, since none is JSON by itself.
	if err := json.Unmarshal([]byte(transformer.InputTemplate), &value); err != nil {
		return fmt.Errorf("target %s: template %s: supported is a text in quotes: %w", t.ID, transformer.InputTemplate, err)
	}
	for _, found := range placeholder.FindAllStringSubmatch(transformer.InputTemplate, -1) {
		if p := transformer.InputPathsMap[found[1]]; !path.MatchString(p) {
			return fmt.Errorf(
				"target %s: template %s: the path of %s is %q: supported are names and dots",
				t.ID,
				transformer.InputTemplate,
				found[0],
				p,
			)
		}
	}
	return nil
}

// Input is what the target gets of the event: the template, with the text that is at the
// path in the place of each name; with nothing there, nothing stands in its place
// ("Amazon EventBridge input transformation", Amazon EventBridge User Guide).
func (t Target) Input(event Event) string {
	if t.InputPath != "" {
		text, err := json.Marshal(event.at(t.InputPath))
		if err != nil {
			panic(err) // It was JSON.
		}
		return string(text)
	}
	return placeholder.ReplaceAllStringFunc(t.InputTransformer.InputTemplate, func(name string) string {
		value := event.at(t.InputTransformer.InputPathsMap[name[1:len(name)-1]])
		if value == nil {
			return ""
		}
		text, err := json.Marshal(fmt.Sprint(value))
		if err != nil {
			panic(err) // A text is always JSON.
		}
		return string(text[1 : len(text)-1])
	})
}

// at is what is at the path, or nil.
func (e Event) at(path string) any {
	var value any = map[string]any(e)
	for step := range strings.SplitSeq(path, ".") {
		if step != "$" {
			object, _ := value.(map[string]any)
			value = object[step]
		}
	}
	return value
}
