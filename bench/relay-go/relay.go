package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	flushEvery  = 50 * time.Millisecond
	flushBytes  = 256 * 1024
	ringBytes   = 2 * 1024 * 1024
	packetBytes = 188
	// A viewer that takes nothing for so long is cut off.
	writeLimit = 60 * time.Second
)

// ring holds the last blocks of the stream, bounded in bytes; blocks are named by numbers that only grow.
type ring struct {
	mu     sync.Mutex
	more   *sync.Cond
	blocks [][]byte
	base   int
	size   int
}

func newRing() *ring {
	r := &ring{}
	r.more = sync.NewCond(&r.mu)
	return r
}

func (r *ring) push(block []byte) {
	r.mu.Lock()
	r.blocks = append(r.blocks, block)
	r.size += len(block)
	for r.size > ringBytes && len(r.blocks) > 1 {
		r.size -= len(r.blocks[0])
		r.blocks = r.blocks[1:]
		r.base++
	}
	r.mu.Unlock()
	r.more.Broadcast()
}

// from waits for blocks after the cursor; a cursor that the ring has left jumps to the newest block.
func (r *ring) from(cursor int) ([][]byte, int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for cursor >= r.base+len(r.blocks) {
		r.more.Wait()
	}
	if cursor < r.base {
		cursor = r.base + len(r.blocks) - 1
	}
	return append([][]byte(nil), r.blocks[cursor-r.base:]...), r.base + len(r.blocks)
}

// follow reads the source and puts its bytes together for 50 ms or 256 KB, in whole packets.
func (r *ring) follow(body io.Reader) error {
	chunks := make(chan []byte, 64)
	failed := make(chan error, 1)
	go func() {
		for {
			buffer := make([]byte, 64*1024)
			n, err := body.Read(buffer)
			if n > 0 {
				chunks <- buffer[:n]
			}
			if err != nil {
				failed <- err
				return
			}
		}
	}()
	ticker := time.NewTicker(flushEvery)
	defer ticker.Stop()
	var pending []byte
	flush := func() {
		whole := len(pending) / packetBytes * packetBytes
		if whole == 0 {
			return
		}
		r.push(pending[:whole:whole])
		pending = append([]byte(nil), pending[whole:]...)
	}
	for {
		select {
		case chunk := <-chunks:
			pending = append(pending, chunk...)
			if len(pending) >= flushBytes {
				flush()
			}
		case <-ticker.C:
			flush()
		case err := <-failed:
			return err
		}
	}
}

func (r *ring) serve(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("Content-Type", "video/mp2t")
	w.WriteHeader(http.StatusOK)
	control := w.(http.Flusher)
	r.mu.Lock()
	cursor := r.base + len(r.blocks)
	if len(r.blocks) > 0 {
		cursor--
	}
	r.mu.Unlock()
	for req.Context().Err() == nil {
		blocks, next := r.from(cursor)
		cursor = next
		for _, block := range blocks {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
		control.Flush()
	}
}

// relay answers every request with the one stream it reads: `relay URL` prints its port.
func relay(args []string) error {
	if len(args) != 1 {
		return errors.New("relay wants the address of its source")
	}
	source, err := http.Get(args[0])
	if err != nil {
		return err
	}
	defer source.Body.Close()
	r := newRing()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	server := &http.Server{Handler: http.HandlerFunc(r.serve), WriteTimeout: 0, ReadHeaderTimeout: writeLimit}
	go server.Serve(listener)
	return r.follow(source.Body)
}
