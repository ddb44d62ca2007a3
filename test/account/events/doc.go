// Package events evaluates a template's rules as EventBridge does: which events they match, and
// what their targets get of an event.
//
// It knows as much of event patterns and input transformers as the rules use. What it
// does not know is an error, and never a rule that does not match.
package events
