//go:build unix && !linux

package main

import "syscall"

// ownGroup is for the local run: only Linux lets a process die with its parent.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
