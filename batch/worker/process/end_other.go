//go:build unix && !linux

package process

import "os"

// notifyOfEnd has something sent when the child has ended.
func notifyOfEnd(_ int, ended chan os.Signal) { notifyBySignal(ended) }
