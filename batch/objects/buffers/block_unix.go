//go:build unix

package buffers

import (
	"fmt"
	"syscall"
)

func newBlock() ([]byte, error) {
	const access = syscall.PROT_READ | syscall.PROT_WRITE
	block, err := syscall.Mmap(-1, 0, BlockBytes, access, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("memory for %d bytes: %w", BlockBytes, err)
	}
	return block, nil
}

func unmap(block []byte) { _ = syscall.Munmap(block) }
