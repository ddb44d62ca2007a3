package process

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A worker and its launcher talk over a pair of sockets. The worker sends requests: a kind,
// the length of what follows, and for [launch] an order with three files beside it. The
// launcher answers with replies of a fixed length.

// What a worker requests.
const (
	launch    byte = iota // To start a command, which is answered by started or refused.
	terminate             // To send SIGTERM to the command and all it has started.
	kill                  // To end them, which is answered by finished.
)

// What a launcher replies.
const (
	started byte = iota
	// refused: the command was not started; the code is the error's number.
	refused
	// ended: the command's own process has, but something else that it has started has not.
	// The code is the wait status.
	ended
	// finished: the command has ended, and so has all that it has started.
	finished
)

// order is a command to start.
type order struct {
	directory   string
	program     string
	arguments   []string // With the name of the program.
	environment []string
}

// reply is what a launcher says. All of it but the kind and the code is there only when the
// command is finished.
type reply struct {
	kind    byte
	code    uint32
	elapsed time.Duration
	// peakMemory is in bytes, of the largest of the processes that the launcher has waited for.
	peakMemory int64
	// survivors is how many processes could not be killed.
	survivors uint32
}

const replyBytes = 1 + 4 + 8 + 8 + 4

func (r reply) encode() []byte {
	text := make([]byte, 0, replyBytes)
	text = append(text, r.kind)
	text = binary.BigEndian.AppendUint32(text, r.code)
	text = binary.BigEndian.AppendUint64(text, uint64(r.elapsed))
	text = binary.BigEndian.AppendUint64(text, uint64(r.peakMemory))
	return binary.BigEndian.AppendUint32(text, r.survivors)
}

func decodeReply(text [replyBytes]byte) reply {
	return reply{
		kind:       text[0],
		code:       binary.BigEndian.Uint32(text[1:]),
		elapsed:    time.Duration(binary.BigEndian.Uint64(text[5:])),
		peakMemory: int64(binary.BigEndian.Uint64(text[13:])),
		survivors:  binary.BigEndian.Uint32(text[21:]),
	}
}

const headerBytes = 5

// send sends a request.
func send(conn *net.UnixConn, kind byte, body []byte, files ...int) error {
	message := make([]byte, headerBytes, headerBytes+len(body))
	message[0] = kind
	binary.BigEndian.PutUint32(message[1:], uint32(len(body)))
	message = append(message, body...)
	var rights []byte
	if len(files) > 0 {
		rights = unix.UnixRights(files...)
	}
	n, _, err := conn.WriteMsgUnix(message, rights, nil)
	if err == nil && n < len(message) {
		_, err = conn.Write(message[n:])
	}
	return err
}

// receive waits for a request. The files are the receiver's to close.
func receive(conn *net.UnixConn) (kind byte, body []byte, files []int, err error) {
	header := make([]byte, headerBytes)
	rights := make([]byte, unix.CmsgSpace(3*4))
	n, m, _, _, err := conn.ReadMsgUnix(header, rights)
	if err != nil {
		return 0, nil, nil, err
	}
	if files, err = parseRights(rights[:m]); err != nil {
		return 0, nil, nil, err
	}
	if _, err := io.ReadFull(conn, header[n:]); err != nil {
		return 0, nil, files, err
	}
	body = make([]byte, binary.BigEndian.Uint32(header[1:]))
	_, err = io.ReadFull(conn, body)
	return header[0], body, files, err
}

func parseRights(rights []byte) (files []int, err error) {
	messages, err := unix.ParseSocketControlMessage(rights)
	if err != nil || len(messages) == 0 {
		return nil, err
	}
	files, err = unix.ParseUnixRights(&messages[0])
	for _, file := range files {
		unix.CloseOnExec(file)
	}
	return files, err
}

// encode is the order as text in which each string ends in a NUL, which none of them may have.
func (o order) encode() []byte {
	texts := []string{o.directory, o.program, strconv.Itoa(len(o.arguments))}
	texts = append(append(texts, o.arguments...), o.environment...)
	return []byte(strings.Join(texts, "\x00"))
}

func decodeOrder(text []byte) (order, error) {
	texts := strings.Split(string(text), "\x00")
	if len(texts) < 3 {
		return order{}, fmt.Errorf("order has %d texts", len(texts))
	}
	count, err := strconv.Atoi(texts[2])
	rest := texts[3:]
	if err != nil || count < 1 || count > len(rest) {
		return order{}, fmt.Errorf("order has %q arguments of %d texts", texts[2], len(rest))
	}
	return order{directory: texts[0], program: texts[1], arguments: rest[:count], environment: rest[count:]}, nil
}
