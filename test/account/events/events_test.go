package events_test

import (
	"encoding/json"
	"strings"
	"testing"

	"batchjobwithlambda/test/account"
	"batchjobwithlambda/test/account/events"
	"batchjobwithlambda/test/template"
)

// parse reads the rules of a template with one rule, of the given pattern and target.
func parse(t *testing.T, pattern, target string) ([]events.Rule, error) {
	t.Helper()
	parsed, err := template.Parse("Stack-dev", []byte(`{"Resources": {
		"Topic": {"Type": "AWS::SNS::Topic"},
		"Queue": {"Type": "AWS::SQS::Queue"},
		"Rule": {"Type": "AWS::Events::Rule", "Properties": {"EventPattern": `+pattern+`, "Targets": [`+target+`]}}
	}}`), account.Types())
	if err != nil {
		t.Fatal(err)
	}
	return events.Rules(parsed)
}

const target = `{"Id": "Topic", "Arn": {"Ref": "Topic"}, "DeadLetterConfig": {"Arn": {"Fn::GetAtt": ["Queue", "Arn"]}},
	"InputTransformer": {"InputPathsMap": {"a": "$.detail.a", "type": "$.detail-type"}, "InputTemplate": "\"<type>: <a>\""}}`

func event(t *testing.T, text string) events.Event {
	t.Helper()
	var decoded events.Event
	if err := json.Unmarshal([]byte(text), &decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}

func TestARuleMatchesAsEventBridgeDoes(t *testing.T) {
	const or = `{"detail": {"a": ["x"], "$or": [{"b": ["1"]}, {"c": ["2"], "d": ["3"]}]}}`
	for _, test := range []struct {
		pattern, event string
		want           bool
	}{
		{`{"source": ["a", "b"]}`, `{"source": "b", "other": 1}`, true},
		{`{"source": ["a", "b"]}`, `{"source": "c"}`, false},
		{`{"source": ["a"]}`, `{}`, false},
		{`{"source": ["a"]}`, `{"source": "A"}`, false},
		{`{"source": ["a"], "detail": {"n": [1, true, null]}}`, `{"source": "a", "detail": {"n": 1}}`, true},
		{`{"source": ["a"], "detail": {"n": [1, true, null]}}`, `{"source": "a", "detail": {"n": null}}`, true},
		{`{"source": ["a"], "detail": {"n": [1, true, null]}}`, `{"source": "a", "detail": {}}`, false},
		{`{"source": ["a"], "detail": {"n": [1, true, null]}}`, `{"source": "a", "detail": {"n": "1"}}`, false},
		{`{"source": ["a"], "detail": {"n": [1, true, null]}}`, `{"source": "b", "detail": {"n": 1}}`, false},
		{`{"resources": ["a"]}`, `{"resources": ["b", "a"]}`, true},
		{`{"resources": ["a"]}`, `{"resources": []}`, false},
		{`{"e": [{"anything-but": ["a", "b"]}]}`, `{"e": "c"}`, true},
		{`{"e": [{"anything-but": ["a", "b"]}]}`, `{"e": "b"}`, false},
		{`{"e": [{"anything-but": ["a", "b"]}]}`, `{"e": null}`, true},
		{`{"e": [{"anything-but": ["a", "b"]}]}`, `{}`, false},
		{`{"e": [{"anything-but": "a"}]}`, `{"e": "a"}`, false},
		{`{"e": [{"exists": false}]}`, `{}`, true},
		{`{"e": [{"exists": false}]}`, `{"e": null}`, false},
		{`{"detail": {"e": [{"exists": false}]}}`, `{}`, true},
		{`{"e": [{"exists": true}]}`, `{"e": null}`, true},
		{`{"e": [{"prefix": "ab"}]}`, `{"e": "abc"}`, true},
		{`{"e": [{"prefix": "ab"}]}`, `{"e": "xab"}`, false},
		{`{"e": [{"prefix": ""}]}`, `{"e": 1}`, false},
		{or, `{"detail": {"a": "x", "b": "1"}}`, true},
		{or, `{"detail": {"a": "x", "c": "2", "d": "3"}}`, true},
		{or, `{"detail": {"a": "x", "c": "2"}}`, false},
		{or, `{"detail": {"a": "y", "b": "1"}}`, false},
	} {
		rules, err := parse(t, test.pattern, target)
		if err != nil {
			t.Fatal(err)
		}
		if got := rules[0].Matches(event(t, test.event)); got != test.want {
			t.Errorf("%s matches %s: %v, want %v", test.pattern, test.event, got, test.want)
		}
	}
}

func TestWhatIsNotKnownOfARuleIsAnError(t *testing.T) {
	const pattern = `{"source": ["a"]}`
	for _, test := range []struct{ pattern, target, want string }{
		{`{"e": [{"suffix": "a"}]}`, target, "operator suffix"},
		{`{"e": [{"anything-but": {"prefix": "a"}}]}`, target, "operator anything-but"},
		{`{"e": [{"anything-but": [1]}]}`, target, "operator anything-but"},
		{`{"e": [{"exists": "no"}]}`, target, "operator exists"},
		{`{"e": [{"prefix": "a", "exists": true}]}`, target, "one operator"},
		{`{"e": "a"}`, target, "a list or an object"},
		{`{"e": [["a"]]}`, target, "a list in a list"},
		{`{"$or": [{"e": [{"wildcard": "*"}]}]}`, target, "operator wildcard"},
		{`{}`, target, "an object with fields"},
		{pattern, strings.Replace(target, `$.detail.a"`, `$.detail[0]"`, 1), "the path of <a>"},
		{pattern, strings.Replace(target, `<a>`, `<b>`, 1), "the path of <b>"},
		{pattern, strings.Replace(target, `"\"<type>: <a>\""`, `"{\"a\": <a>}"`, 1), "a text in quotes"},
		{pattern, strings.Replace(target, `"Id"`, `"RetryPolicy": {}, "Id"`, 1), "RetryPolicy"},
	} {
		if _, err := parse(
			t,
			test.pattern,
			test.target,
		); err == nil || !strings.Contains(err.Error(), test.want) ||
			!strings.Contains(err.Error(), "Rule") {
			t.Errorf("%s, %s: got error %v, want one about %s", test.pattern, test.target, err, test.want)
		}
	}
}

func TestATargetGetsTheTemplateWithTheEventsValues(t *testing.T) {
	rules, err := parse(t, `{"source": ["a"]}`, target)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		`{"detail-type": "T", "detail": {"a": "some text"}}`:    `"T: some text"`,
		`{"detail-type": "T", "detail": {"a": 5}}`:              `"T: 5"`,
		`{"detail-type": "T", "detail": {"a": "\"quoted\"\n"}}`: `"T: \"quoted\"\n"`,
		`{"detail-type": "T"}`:                                  `"T: "`,
		`{"detail-type": "T", "detail": {"a": null}}`:           `"T: "`,
	} {
		if got := rules[0].Targets[0].Input(event(t, text)); got != want {
			t.Errorf("%s becomes %s, want %s", text, got, want)
		}
	}
}

func TestARuleKnowsItsTargetAndItsDeadLetterQueue(t *testing.T) {
	rules, err := parse(t, `{"source": ["a"]}`, target)
	if err != nil {
		t.Fatal(err)
	}
	got := rules[0].Targets[0]
	if !strings.HasPrefix(got.ARN, "arn:aws:sns:") || !strings.HasPrefix(got.DeadLetterConfig.ARN, "arn:aws:sqs:") {
		t.Errorf("got %+v", got)
	}
}
