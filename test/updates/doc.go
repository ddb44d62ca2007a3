// Package updates says what a change of a property does to a stack that is deployed:
// whether AWS changes the resource, replaces it, or refuses, and what a replacement
// costs whoever has runs going on or data in it.
//
// It is a table of answers that somebody looked up. [Compare] reads it for two
// templates, such as those before and after an edit of a setting. A property without an
// answer is an error: nothing in the templates may be there unasked.
package updates
