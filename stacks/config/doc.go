// Package config is what a user may choose: an [Environment], which becomes a stack, and
// the [Pipeline]s in it. The literals are in the package environments.
//
// The zero value of a setting is its default, which its comment names; [Environment.WithDefaults]
// fills them in, and [Environment.Validate] returns everything that is wrong at once. Each
// comment of a field stands alone, because the table of settings is made from them.
//
// It is pure Go, without the CDK, so that any program may read it. The numbers that are
// AWS's stand in the package limits.
package config
