package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"sort"
	"sync/atomic"
	"syscall"
	"time"
)

// A viewer that got nothing for longer stood still.
const stallLimit = time.Second

// Who has got nothing after this counts as stalled.
const serveLimit = 30 * time.Second

// report is what the load tells, as one line of JSON per window.
type report struct {
	Viewers    int     `json:"viewers"`
	Seconds    float64 `json:"seconds"`
	Gbps       float64 `json:"gbps"`
	Stalled    int     `json:"stalled"`
	Closed     int     `json:"closed"`
	GapP50Ms   float64 `json:"gapP50Ms"`
	GapP99Ms   float64 `json:"gapP99Ms"`
	GapMaxMs   float64 `json:"gapMaxMs"`
	DelayP50Ms float64 `json:"delayP50Ms"`
	DelayP99Ms float64 `json:"delayP99Ms"`
	Delays     int     `json:"delays"`
	CPUPercent float64 `json:"cpuPercent"`
}

func percentile(values []float64, share float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sort.Float64s(values)
	return values[int(share*float64(len(values)-1))]
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

// measure looks at one window of time.
func measure(viewers []*viewer, window time.Duration) report {
	began := time.Now()
	cpu := cpuSeconds()
	before := make([]int64, len(viewers))
	for i, v := range viewers {
		before[i] = atomic.LoadInt64(&v.bytes)
		atomic.StoreInt64(&v.gapNs, 0)
		v.mu.Lock()
		v.delaysUs = nil
		v.mu.Unlock()
	}
	time.Sleep(window)
	passed := time.Since(began)
	now := time.Now().UnixNano()
	result := report{Viewers: len(viewers), Seconds: passed.Seconds()}
	var gaps, delays []float64
	var total int64
	for i, v := range viewers {
		got := atomic.LoadInt64(&v.bytes) - before[i]
		total += got
		gap := atomic.LoadInt64(&v.gapNs)
		if open := now - atomic.LoadInt64(&v.lastNs); open > gap {
			gap = open
		}
		if got == 0 || time.Duration(gap) > stallLimit {
			result.Stalled++
		}
		result.Closed += int(atomic.LoadInt32(&v.closed))
		gaps = append(gaps, float64(gap)/1e6)
		v.mu.Lock()
		for _, us := range v.delaysUs {
			delays = append(delays, us/1000)
		}
		v.mu.Unlock()
	}
	result.Gbps = float64(total) * 8 / passed.Seconds() / 1e9
	result.GapP50Ms, result.GapP99Ms, result.GapMaxMs = percentile(gaps, .5), percentile(gaps, .99), percentile(gaps, 1)
	result.DelayP50Ms, result.DelayP99Ms, result.Delays = percentile(delays, .5), percentile(delays, .99), len(delays)
	result.CPUPercent = (cpuSeconds() - cpu) / passed.Seconds() * 100
	return result
}

// allServed waits until every viewer has got something, and says how long that took.
func allServed(viewers []*viewer, began time.Time) time.Duration {
	for time.Since(began) < serveLimit {
		waiting := 0
		for _, v := range viewers {
			if atomic.LoadInt64(&v.bytes) == 0 {
				waiting++
			}
		}
		if waiting == 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	return time.Since(began)
}

// load opens viewers, says "ready" when all are served, and then measures one window for each line it reads: its milliseconds.
func load(args []string) error {
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	count := flags.Int("n", 100, "viewers")
	samples := flags.Int("samples", 10, "viewers whose delay is measured")
	stuck := flags.Int("stuck", 0, "viewers more that never read")
	perSecond := flags.Int("per-second", 500, "viewers that come in a second")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("load wants an address")
	}
	target, err := url.Parse(flags.Arg(0))
	if err != nil {
		return err
	}
	began := time.Now()
	viewers := make([]*viewer, *count)
	for i := range viewers {
		viewers[i] = &viewer{sampled: i < *samples}
		go viewers[i].run(target, false)
		time.Sleep(time.Second / time.Duration(*perSecond))
	}
	for i := 0; i < *stuck; i++ {
		go (&viewer{}).run(target, true)
	}
	fmt.Printf("ready %.2f\n", allServed(viewers, began).Seconds())
	encoder := json.NewEncoder(os.Stdout)
	var windowMs int
	for {
		if _, err := fmt.Scan(&windowMs); err != nil {
			return nil
		}
		encoder.Encode(measure(viewers, time.Duration(windowMs)*time.Millisecond))
	}
}
