package process

import (
	"io"
	"os"
	"sync"
)

// buffers are for copying. A command at work has up to two.
var buffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

// feed gives a command its input.
type feed struct {
	input  io.ReadCloser
	pipe   *os.File
	broken func(error) // Is told why the input could not be read to its end, if that is so.
	done   chan struct{}
}

// run feeds the input to the command. That the command stops reading is its own affair. That
// the input breaks is not: then the pipe stays open until the command has been ended, so that
// it sees no end of its input, which it would take for the end of the whole object.
func (f *feed) run() {
	defer close(f.done)
	buffer := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buffer)
	pipe := &feedPipe{pipe: f.pipe}
	if _, err := io.CopyBuffer(pipe, f.input, buffer[:]); err != nil && !pipe.unread {
		f.broken(err)
		return
	}
	_ = f.pipe.Close()
}

// feedPipe is the pipe to a command.
type feedPipe struct {
	pipe   *os.File
	unread bool // The command does not read any more.
}

func (f *feedPipe) Write(p []byte) (int, error) {
	n, err := f.pipe.Write(p)
	f.unread = err != nil
	return n, err
}

// end ends the feeding to a command that has ended.
func (f *feed) end() {
	_ = f.input.Close()
	_ = f.pipe.Close()
	<-f.done
}
