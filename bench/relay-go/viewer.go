package main

import (
	"bytes"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	stampMagic = "STMP"
	stampBytes = 20
	discardMax = 1 << 20
	sampleMax  = 256 * 1024
)

// viewer is one connection. Only its own goroutine writes; reports read with atomics.
type viewer struct {
	conn     net.Conn
	bytes    int64
	lastNs   int64
	gapNs    int64
	refused  int32
	closed   int32
	sampled  bool
	delaysUs []float64
	mu       sync.Mutex
}

// Discarded bytes are never copied out of the kernel (recv with MSG_TRUNC), so many viewers cost little.
var discard = make([]byte, discardMax)

func (v *viewer) took(n int) {
	now := time.Now().UnixNano()
	last := atomic.SwapInt64(&v.lastNs, now)
	if gap := now - last; gap > atomic.LoadInt64(&v.gapNs) {
		atomic.StoreInt64(&v.gapNs, gap)
	}
	atomic.AddInt64(&v.bytes, int64(n))
}

func (v *viewer) readAway() {
	raw, err := v.conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		return
	}
	for {
		n, failed := 0, error(nil)
		err := raw.Read(func(fd uintptr) bool {
			n, _, failed = syscall.Recvfrom(int(fd), discard, syscall.MSG_TRUNC|syscall.MSG_DONTWAIT)
			return failed != syscall.EAGAIN
		})
		if err != nil || failed != nil || n == 0 {
			return
		}
		v.took(n)
	}
}

// readStamps looks for the times that the source wrote into the stream; each stands there several times.
func (v *viewer) readStamps() {
	buffer := make([]byte, sampleMax)
	kept := 0
	seen := map[string]bool{}
	for {
		n, err := v.conn.Read(buffer[kept:])
		if err != nil {
			return
		}
		v.took(n)
		nowUs := float64(time.Now().UnixMicro())
		end := kept + n
		at := 0
		for {
			next := bytes.Index(buffer[at:end], []byte(stampMagic))
			if next < 0 || at+next+stampBytes > end {
				break
			}
			at += next
			text := string(buffer[at+len(stampMagic) : at+stampBytes])
			at += len(stampMagic)
			if us, err := strconv.ParseInt(text, 16, 64); err == nil && !seen[text] {
				if len(seen) > 1000 {
					seen = map[string]bool{}
				}
				seen[text] = true
				v.mu.Lock()
				v.delaysUs = append(v.delaysUs, nowUs-float64(us))
				v.mu.Unlock()
			}
		}
		kept = stampBytes - 1
		if end < kept {
			kept = end
		}
		copy(buffer, buffer[end-kept:end])
	}
}

func (v *viewer) run(target *url.URL, stuck bool) {
	defer atomic.StoreInt32(&v.closed, 1)
	conn, err := net.Dial("tcp", target.Host)
	if err != nil {
		atomic.StoreInt32(&v.refused, 1)
		return
	}
	v.conn = conn
	defer conn.Close()
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", target.RequestURI(), target.Host)
	atomic.StoreInt64(&v.lastNs, time.Now().UnixNano())
	switch {
	case stuck:
		buffer := make([]byte, 16*1024)
		conn.Read(buffer)
		select {}
	case v.sampled:
		v.readStamps()
	default:
		v.readAway()
	}
}
