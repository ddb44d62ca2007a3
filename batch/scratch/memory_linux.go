package scratch

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// InMemory returns an empty file in memory. Where the system has no such files, it is one in the
// directory, as of [New].
func InMemory(directory string) (*os.File, error) {
	descriptor, err := unix.MemfdCreate("scratch", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		file, err := New(directory)
		return file.File, err
	}
	return os.NewFile(uintptr(descriptor), "file in memory"), nil
}

// Seal has nobody change the content of the file any more, if it is one in memory.
func Seal(file *os.File) error {
	const all = unix.F_SEAL_WRITE | unix.F_SEAL_GROW | unix.F_SEAL_SHRINK | unix.F_SEAL_SEAL
	_, err := unix.FcntlInt(file.Fd(), unix.F_ADD_SEALS, all)
	if err != nil && err != unix.EINVAL { // EINVAL: it is on disk.
		return fmt.Errorf("seal a file in memory: %w", err)
	}
	return nil
}
