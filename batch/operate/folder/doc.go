// Package folder has the runs that the command test/local has left in a folder.
package folder
