//go:build !unix

package buffers

func newBlock() ([]byte, error) { return make([]byte, BlockBytes), nil }

func unmap([]byte) {}
