//go:build unix && !linux

package process

func actAsWorker(string, string) {}
