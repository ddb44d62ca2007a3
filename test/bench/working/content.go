package main

import (
	"fmt"
	"io"
	"math/rand/v2"
)

// block is what the objects are made of: lines of a log, which compress about as such lines do.
var block = func() []byte {
	random := rand.New(rand.NewPCG(1, 2))
	words := []string{"checkout", "basket", "login", "search", "payment", "refund", "product", "shipping"}
	var lines []byte
	for len(lines) < 4<<20 {
		lines = fmt.Appendf(
			lines,
			`{"time":"2026-11-22T18:%02d:%02d.%03dZ","user":"%08x","page":"/%s/%s/%d","status":%d,"bytes":%d,"ms":%.2f}`+"\n",
			random.IntN(
				60,
			),
			random.IntN(60),
			random.IntN(1000),
			random.Uint32(),
			words[random.IntN(8)],
			words[random.IntN(8)],
			random.IntN(100_000),
			200+random.IntN(2)*random.IntN(305),
			random.IntN(1<<20),
			random.ExpFloat64()*40,
		)
	}
	return lines
}()

// repeated is the block again and again.
type repeated struct{}

func (repeated) ReadAt(p []byte, at int64) (int, error) {
	for n := 0; n < len(p); {
		n += copy(p[n:], block[(at+int64(n))%int64(len(block)):])
	}
	return len(p), nil
}

// contentOf is the content of an object of the given size.
func contentOf(size int64) io.ReadSeeker { return io.NewSectionReader(repeated{}, 0, size) }
