// Package events does what EventBridge does with a template's rules: it tells which
// events they match, and makes of an event what a rule's targets get.
//
// It knows as much of event patterns and input transformers as the rules use. What it
// does not know is an error, and never a rule that does not match.
package events
