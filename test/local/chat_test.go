package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/account/events"
	"batchjobwithlambda/test/account/sns"
	"batchjobwithlambda/test/account/statemachine"
	"batchjobwithlambda/test/template"
)

// chatMessage has the fields that Amazon Q Developer in chat applications knows ("Custom
// notifications using Amazon Q Developer in chat applications", its Administrator Guide).
type chatMessage struct {
	Version string `json:"version"`
	Source  string `json:"source"`
	ID      string `json:"id"`
	Content struct {
		TextType    string   `json:"textType"`
		Title       string   `json:"title"`
		Description string   `json:"description"`
		NextSteps   []string `json:"nextSteps"`
		Keywords    []string `json:"keywords"`
	} `json:"content"`
	Metadata struct {
		ThreadID          string            `json:"threadId"`
		Summary           string            `json:"summary"`
		EventType         string            `json:"eventType"`
		RelatedResources  []string          `json:"relatedResources"`
		AdditionalContext map[string]string `json:"additionalContext"`
	} `json:"metadata"`
}

// parseChat reads a message, of which Amazon Q would drop another shape.
func parseChat(t *testing.T, text string) chatMessage {
	t.Helper()
	var message chatMessage
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&message); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if message.Version != "1.0" || message.Source != "custom" || message.Content.TextType != "client-markdown" ||
		message.Content.Description == "" {
		t.Errorf("got %s, want a version, a source, a type of text and a description as AWS has them", text)
	}
	return message
}

// toChat are the messages of the topic for a chat; the others are for people's mail.
func toChat(messages []sns.Message) (chat, mail []sns.Message) {
	for _, message := range messages {
		if strings.Contains(message.TopicArn, "NotificationsChat") {
			chat = append(chat, message)
		} else {
			mail = append(mail, message)
		}
	}
	return chat, mail
}

func TestAChatIsToldOfEachRunAsPeopleAre(t *testing.T) {
	p := openSecret(t, secret)["sign"]
	p.put(t, map[string]string{"a": "to be signed"})
	p.wantStatus(t, p.run(t, "good", `{}`), statemachine.Succeeded, "")
	p.run(t, "bad", `{"prefix": "input/"}`)
	chat, mail := toChat(p.messages)
	if len(chat) != 2 || len(mail) != 2 {
		t.Fatalf("got %d messages for the chat and %d others, want 2 of each", len(chat), len(mail))
	}
	for i, run := range []string{"good", "bad"} {
		message := parseChat(t, chat[i].Message)
		if message.Content.Title != mail[i].Subject {
			t.Errorf("%s: got the title %q, want %q", run, message.Content.Title, mail[i].Subject)
		}
		if link := message.Content.Description; !strings.HasPrefix(link, "Run "+run+": https://") ||
			!strings.HasSuffix(link, ":"+run) || !strings.Contains(mail[i].Message, link[strings.Index(link, "https"):]) {
			t.Errorf("%s: got %q, want the link that the mail has", run, link)
		}
		want := "`go run ./batch/operate report " + run + " -env secret -pipeline sign`"
		if !slices.Equal(message.Content.NextSteps, []string{want}) || message.Metadata.ThreadID != run {
			t.Errorf("%s: got %+v, want the next step %s", run, message, want)
		}
	}
}

func TestARunEndsAsItWouldIfTheChatCannotBeTold(t *testing.T) {
	p := openSecret(t, secret.with(t, func(t *testing.T, changed *template.Template) {
		policy := named(t, changed, "signWorkflowRoleBatchJobWithLambdaAccessPolicy")
		for _, statement := range at(t, policy.Properties, "PolicyDocument")["Statement"].([]any) {
			if s := statement.(map[string]any); s["Sid"] == "Notify" {
				s["Resource"] = slices.DeleteFunc(s["Resource"].([]any), func(arn any) bool {
					return strings.Contains(template.Render(arn), "Chat")
				})
			}
		}
	}))["sign"]
	p.put(t, map[string]string{"a": "to be signed"})
	p.wantStatus(t, p.run(t, "good", `{}`), statemachine.Succeeded, "")
	if chat, mail := toChat(p.messages); len(chat) != 0 || len(mail) != 1 {
		t.Errorf("got %d messages for the chat and %d others, want only one for people", len(chat), len(mail))
	}
}

func TestAChatIsToldOfWhatNoRunTells(t *testing.T) {
	rules, err := events.Rules(secret.template)
	if err != nil {
		t.Fatal(err)
	}
	ended := events.Ended(events.Execution{ARN: "arn:run", Name: "run", Status: "ABORTED"})
	for _, rule := range rules {
		if len(rule.Targets) != 2 || !strings.Contains(rule.Targets[1].ARN, "NotificationsChat") {
			t.Errorf("%s has the targets %+v, want both topics", rule.ID, rule.Targets)
			continue
		}
		description := parseChat(t, rule.Targets[1].Input(ended)).Content.Description
		var text string
		if err := json.Unmarshal([]byte(rule.Targets[0].Input(ended)), &text); err != nil || text != description {
			t.Errorf("%s tells the chat %q, and people %q", rule.ID, description, text)
		}
		if rule.Targets[1].DeadLetterConfig.ARN == "" {
			t.Errorf("%s loses what the chat's topic does not take", rule.ID)
		}
	}
}
