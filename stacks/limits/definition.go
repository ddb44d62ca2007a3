package limits

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"batchjobwithlambda/batch/contract"
)

// MaxExecutionLimit is how long an execution may take ("Step Functions service quotas", AWS
// Step Functions Developer Guide).
const MaxExecutionLimit = 365 * 24 * time.Hour

const (
	maxDefinitionBytes = 1 << 20 // "Step Functions service quotas", AWS Step Functions Developer Guide.
	maxStateName       = 80      // "State machine structure in Amazon States Language", the same guide.
	minArraySize       = 2       // "Array jobs", AWS Batch User Guide.
	maxSubject         = 100     // "Publish", Amazon SNS API Reference.
	maxMessageBytes    = 256 << 10
)

const everything = "States.ALL"

type definition struct {
	StartAt        string
	TimeoutSeconds int
	States         map[string]*state
}

type state struct {
	Type           string
	Resource       string
	Next           string
	Default        string
	End            bool
	TimeoutSeconds int
	Choices        []choice
	Retry          []struct{ ErrorEquals []string }
	Catch          []struct {
		ErrorEquals []string
		ResultPath  *string
		Next        string
	}
	Parameters     any
	ResultSelector any
	InputPath      *string
	OutputPath     *string
	ResultPath     nullable
	ErrorPath      string
	CausePath      string
	// What a Map does for each item.
	ItemsPath     string
	ItemSelector  any
	ItemProcessor *definition
}

type choice struct {
	Variable         string
	StringEqualsPath string
	IsPresent        *bool
	Next             string
	And, Or          []choice
	Not              oneChoice
}

// oneChoice is a list of the one choice that Not holds.
type oneChoice []choice

func (o *oneChoice) UnmarshalJSON(data []byte) error {
	*o = make(oneChoice, 1)
	return json.Unmarshal(data, &(*o)[0])
}

// nullable tells a path that is null, which discards, from one that is not there.
type nullable struct {
	present bool
	path    *string
}

func (n *nullable) UnmarshalJSON(data []byte) error {
	n.present = true
	return json.Unmarshal(data, &n.path)
}

func (c *checker) stateMachine(r resource) {
	var machine struct{ DefinitionString text }
	if !c.decode(r, &machine) {
		return
	}
	c.require(
		len(machine.DefinitionString) <= maxDefinitionBytes,
		"the definition has %d bytes: allowed are %d",
		len(machine.DefinitionString),
		maxDefinitionBytes,
	)
	var d definition
	err := json.Unmarshal([]byte(machine.DefinitionString), &d)
	if c.require(err == nil, "the definition: %v", err); err != nil {
		return
	}
	c.require(d.TimeoutSeconds > 0, "the execution has no TimeoutSeconds: it could hang for a year")
	c.states(d, false)
	c.paths(d, nil)
}

// states checks each state. What fails inside of a Map fails the Map, which has to catch it.
func (c *checker) states(d definition, inMap bool) {
	c.reachable(d)
	machineID := c.at
	for _, name := range slices.Sorted(maps.Keys(d.States)) {
		c.at = machineID + ": state " + name
		s := d.States[name]
		c.require(utf8.RuneCountInString(name) <= maxStateName, "the name has more than %d characters", maxStateName)
		c.errorLists(s)
		switch s.Type {
		case "Task":
			c.require(inMap || s.catchesEverything(), "has no Catch of %s", everything)
			c.task(s)
		case "Map":
			c.require(inMap || s.catchesEverything(), "has no Catch of %s", everything)
			if c.require(s.ItemProcessor != nil, "has no ItemProcessor"); s.ItemProcessor != nil {
				c.states(*s.ItemProcessor, true)
			}
		}
	}
	c.at = machineID
}

func (s *state) catchesEverything() bool {
	return len(s.Catch) > 0 && slices.Contains(s.Catch[len(s.Catch)-1].ErrorEquals, everything)
}

// reachable requires that every state can be entered, and that there is every state
// that can be.
func (c *checker) reachable(d definition) {
	entered := map[string]bool{}
	var enter func(name string)
	enter = func(name string) {
		if name == "" || entered[name] {
			return
		}
		entered[name] = true
		s := d.States[name]
		if c.require(s != nil, "the definition goes to a state %q, which is not there", name); s == nil {
			return
		}
		for _, next := range s.successors() {
			enter(next)
		}
	}
	enter(d.StartAt)
	for _, name := range slices.Sorted(maps.Keys(d.States)) {
		c.require(entered[name], "no state goes to state %q", name)
	}
}

func (s *state) successors() []string {
	next := []string{s.Next, s.Default}
	for _, choice := range s.Choices {
		next = append(next, choice.Next)
	}
	for _, catch := range s.Catch {
		next = append(next, catch.Next)
	}
	return next
}

// errorLists requires that what catches everything comes last, because what comes
// after it is never looked at.
func (c *checker) errorLists(s *state) {
	var lists [][]string
	for _, retry := range s.Retry {
		lists = append(lists, retry.ErrorEquals)
		c.require(
			!slices.Contains(retry.ErrorEquals, "States.TaskFailed"),
			"retries States.TaskFailed: a job that failed has had its attempts",
		)
	}
	c.everythingComesLast("Retry", lists)
	lists = nil
	for _, catch := range s.Catch {
		lists = append(lists, catch.ErrorEquals)
	}
	c.everythingComesLast("Catch", lists)
}

func (c *checker) everythingComesLast(field string, lists [][]string) {
	for i, errors := range lists {
		if slices.Contains(errors, everything) {
			c.require(i == len(lists)-1 && len(errors) == 1, "%s has %s before its end, or not alone", field, everything)
		}
	}
}

func (c *checker) task(s *state) {
	c.require(len(s.Retry) > 0, "has no Retry")
	c.require(s.TimeoutSeconds > 0, "has no TimeoutSeconds: it could hang for as long as the execution may")
	parameters, _ := s.Parameters.(map[string]any)
	switch {
	case strings.Contains(s.Resource, ":lambda:invoke"):
		c.invoke(s.TimeoutSeconds, parameters)
	case strings.Contains(s.Resource, ":batch:submitJob"):
		c.submitJob(parameters)
	case strings.HasSuffix(s.Resource, ":sns:publish"):
		subject, _ := parameters["Subject"].(string)
		c.require(len(subject) <= maxSubject, "Subject has %d characters: allowed are %d", len(subject), maxSubject)
		message, _ := parameters["Message"].(string)
		c.require(len(message) <= maxMessageBytes, "Message has %d bytes: allowed are %d", len(message), maxMessageBytes)
	}
}

// invoke requires that a function's own timeout comes first: it has a text that says which
// function it was, and what the state's timeout ends goes on.
func (c *checker) invoke(stateSeconds int, parameters map[string]any) {
	name, _ := parameters["FunctionName"].(string)
	id := strings.TrimSuffix(strings.TrimPrefix(name, "${"), "}")
	var function struct{ Timeout int }
	if r, ok := c.resources[id]; ok && c.decode(r, &function) {
		c.require(
			stateSeconds > function.Timeout,
			"TimeoutSeconds %d: it must be more than the %d s that its function may take",
			stateSeconds,
			function.Timeout,
		)
	}
}

func (c *checker) submitJob(parameters map[string]any) {
	values, _ := parameters["Parameters"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		_, isString := values[name].(string)
		// What a path stands for is checked where paths are.
		c.require(
			isString,
			"job parameter %s is %v: allowed are strings; anything else ends the execution where no Catch sees it",
			name,
			values[name],
		)
	}
	array, _ := parameters["ArrayProperties"].(map[string]any)
	if size, literal := array["Size"].(float64); literal {
		c.require(
			size >= minArraySize && size <= contract.MaxArraySize,
			"an array of %v: allowed is %d to %d",
			size,
			minArraySize,
			contract.MaxArraySize,
		)
	}
}
