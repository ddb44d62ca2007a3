// Package docs holds the documentation to the project: what a page points to has to exist.
package docs
