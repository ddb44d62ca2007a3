// Package page holds what is written into the pages of docs from code, so that a page cannot say
// anything else.
package page
