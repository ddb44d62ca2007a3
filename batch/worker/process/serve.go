package process

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// launcherName is what a launcher is called, by which it knows what it is.
	launcherName = "launcher of commands"

	// launcherSocket is the launcher's side of the pair of sockets.
	launcherSocket = 3

	// killLimit is how long a launcher tries to kill what a command has left. Only a process
	// that waits for a disk or a network file system, or one that forks faster than it is
	// killed, takes longer than milliseconds.
	killLimit = 5 * time.Second

	// seldom is for orphans of a command that is running: they must not become many.
	seldom = time.Second
	// often is for orphans that are all that is left of a command.
	often = 10 * time.Millisecond

	// killPause is about the time that a process takes to die.
	killPause = 200 * time.Microsecond
)

// ServeIfLauncher does what a launcher does, and does not return, if this process was started
// as one. A program that has a [Runner] calls it first.
func ServeIfLauncher() {
	if os.Args[0] != launcherName {
		return
	}
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, launcherName+":", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// server is a launcher at work.
type server struct {
	conn    *net.UnixConn
	died    chan os.Signal // Has something if a child may have ended.
	orphans *time.Ticker   // When to see whether an orphan has ended, of which nothing is heard.
	group   int            // The process group of the command that was started last, which its process leads.
	running bool
	begun   time.Time
	result  reply
}

// request is what the worker wants, as it was received.
type request struct {
	kind  byte
	order order
	files []int
}

func serve() error {
	if err := prepare(); err != nil {
		return err
	}
	file := os.NewFile(launcherSocket, "worker")
	conn, err := net.FileConn(file)
	if err != nil {
		return err
	}
	file.Close()
	s := &server{conn: conn.(*net.UnixConn), died: make(chan os.Signal, 1), orphans: time.NewTicker(seldom)}
	requests := make(chan request)
	go s.listen(requests)
	for {
		select {
		case r, ok := <-requests:
			if !ok { // The worker is gone.
				s.killAll()
				return nil
			}
			s.handle(r)
		case <-s.died:
			s.reap()
		case <-s.orphans.C:
			s.reap()
		}
	}
}

// prepare makes the process one that commands are started from.
func prepare() error {
	syscall.CloseOnExec(launcherSocket)
	// A core file takes the room of the memory that a command had.
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return os.NewSyscallError("setrlimit", err)
	}
	sacrifice()
	return adoptOrphans()
}

func (s *server) listen(requests chan<- request) {
	defer close(requests)
	for {
		kind, body, files, err := receive(s.conn)
		r := request{kind: kind, files: files}
		if err == nil && kind == launch {
			r.order, err = decodeOrder(body)
		}
		if err != nil {
			return
		}
		requests <- r
	}
}

func (s *server) handle(r request) {
	switch r.kind {
	case launch:
		s.launch(r)
	case terminate:
		terminateAll(s.group)
	case kill:
		if s.group != 0 { // Or all has ended by itself in the meantime.
			s.result.survivors = s.killAll()
			s.finish()
		}
	}
}

func (s *server) launch(r request) {
	s.begun = time.Now()
	s.result = reply{}
	files := make([]uintptr, len(r.files))
	for i, file := range r.files {
		files[i] = uintptr(file)
	}
	pid, err := syscall.ForkExec(r.order.program, r.order.arguments, &syscall.ProcAttr{
		Dir:   r.order.directory,
		Env:   r.order.environment,
		Files: files,
		// A session, and so a process group, of its own, and no terminal.
		Sys: &syscall.SysProcAttr{Setsid: true},
	})
	for _, file := range r.files {
		_ = syscall.Close(file)
	}
	if err != nil {
		number := syscall.EINVAL
		_ = errors.As(err, &number)
		s.reply(reply{kind: refused, code: uint32(number)})
		return
	}
	s.group, s.running = pid, true
	notifyOfEnd(pid, s.died)
	s.reply(reply{kind: started})
}

// reap waits for all children that have ended, and says so when the command is among them,
// and when no child is left.
func (s *server) reap() {
	wasRunning := s.running
	others := s.waitAll()
	switch {
	case s.group == 0 || s.running:
	case !others:
		s.finish()
	case wasRunning:
		s.orphans.Reset(often)
		s.reply(s.result)
	}
}

// waitAll reports whether something that the command has started is left.
func (s *server) waitAll() (others bool) {
	for {
		var status syscall.WaitStatus
		var usage syscall.Rusage
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, &usage)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil: // There is no child.
			return groupExists(s.group)
		case pid == 0:
			return true
		}
		s.result.peakMemory = max(s.result.peakMemory, peakMemory(&usage))
		if pid == s.group && s.running {
			s.running = false
			s.result.kind = ended
			s.result.code = uint32(status)
			s.result.elapsed = time.Since(s.begun)
		}
	}
}

func (s *server) finish() {
	s.group, s.running = 0, false
	s.orphans.Reset(seldom)
	s.result.kind = finished
	s.reply(s.result)
}

// killAll kills the command and all that it has started, and returns how many of these
// processes are left because they cannot be killed.
func (s *server) killAll() (survivors uint32) {
	for deadline := time.Now().Add(killLimit); ; time.Sleep(killPause) {
		left, allowed := killDescendants(s.group)
		if !s.waitAll() {
			return 0
		}
		if !allowed || time.Now().After(deadline) {
			return uint32(left)
		}
	}
}

func (s *server) reply(r reply) {
	// If the worker is gone, there is nobody to tell, and no request will come.
	_, _ = s.conn.Write(r.encode())
}

// groupExists reports whether the process group has a member.
func groupExists(group int) bool { return group != 0 && unix.Kill(-group, 0) == nil }
