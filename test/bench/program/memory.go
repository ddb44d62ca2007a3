package program

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// memory is how many bytes of memory the process has taken at most until now, or takes now with
// the files in memory that it has open.
func memory(process string) int64 {
	text, _ := os.ReadFile(filepath.Join(process, "status"))
	status := string(text)
	return max(field(status, "VmHWM:"), field(status, "VmRSS:")+filesInMemory(filepath.Join(process, "fd")))
}

// field is a field of /proc/PID/status, in bytes.
func field(status, name string) int64 {
	_, rest, found := strings.Cut(status, name)
	if !found {
		return 0
	}
	kib, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	return kib << 10
}

// filesInMemory is how many bytes the files in memory take of which the folder has descriptors.
func filesInMemory(descriptors string) (bytes int64) {
	entries, _ := os.ReadDir(descriptors)
	for _, entry := range entries {
		path := filepath.Join(descriptors, entry.Name())
		if target, _ := os.Readlink(path); !strings.HasPrefix(target, "/memfd:") {
			continue
		}
		if about, err := os.Stat(path); err == nil {
			bytes += about.Sys().(*syscall.Stat_t).Blocks * 512
		}
	}
	return bytes
}
