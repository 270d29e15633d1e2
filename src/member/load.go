package main

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// load is how busy the device is. What cannot be read is null, never zero.
type load struct {
	Load1                *float64 `json:"load_1"`
	CPUPercent           *float64 `json:"cpu_percent"`
	MemoryAvailableBytes *int64   `json:"memory_available_bytes"`
	MemoryTotalBytes     *int64   `json:"memory_total_bytes"`
	TemperatureC         *float64 `json:"temperature_c"`
	PowerW               *float64 `json:"power_w"`
}

// loadReader reads /proc and /sys under a root.
type loadReader struct {
	root       string
	mu         sync.Mutex
	last       cpuTimes
	cpuPercent *float64
	cached     load
	cachedAt   time.Time
}

// cpuTimes are ticks since boot, of all cores.
type cpuTimes struct{ busy, total float64 }

// sample computes the CPU's use since the sample before.
func (r *loadReader) sample() {
	times, ok := readCPUTimes(r.root)
	r.mu.Lock()
	defer r.mu.Unlock()
	if total := times.total - r.last.total; ok && r.last.total > 0 && total > 0 {
		percent := round(100*math.Max(0, times.busy-r.last.busy)/total, 1)
		r.cpuPercent = &percent
	}
	if ok {
		r.last = times
	}
}

// read returns the load, at most a second old: sensors can be slow.
func (r *loadReader) read(now time.Time) load {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cachedAt.IsZero() || now.Sub(r.cachedAt) > time.Second {
		r.cached = load{Load1: readLoad1(r.root), TemperatureC: readTemperature(r.root), PowerW: readPower(r.root)}
		r.cached.MemoryTotalBytes, r.cached.MemoryAvailableBytes = readMemory(r.root)
		r.cachedAt = now
	}
	current := r.cached
	current.CPUPercent = r.cpuPercent
	return current
}

func readText(path string) (string, bool) {
	text, err := readBounded(path, 1<<16)
	return strings.TrimSpace(string(text)), err == nil
}

func readNumber(path string) (float64, bool) {
	text, ok := readText(path)
	if !ok {
		return 0, false
	}
	number, err := strconv.ParseFloat(text, 64)
	return number, err == nil
}

func readLoad1(root string) *float64 {
	text, _ := readText(filepath.Join(root, "proc/loadavg"))
	first, _, _ := strings.Cut(text, " ")
	number, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return nil
	}
	return &number
}

// readCPUTimes reads the first line of /proc/stat: user nice system idle iowait irq softirq steal (guest is part of user).
func readCPUTimes(root string) (times cpuTimes, ok bool) {
	text, err := readBounded(filepath.Join(root, "proc/stat"), 4<<20)
	line, _, _ := strings.Cut(string(text), "\n")
	fields := strings.Fields(line)
	if err != nil || len(fields) < 5 || fields[0] != "cpu" {
		return times, false
	}
	for i, field := range fields[1:min(len(fields), 9)] {
		ticks, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return cpuTimes{}, false
		}
		times.total += ticks
		if i != 3 && i != 4 {
			times.busy += ticks
		}
	}
	return times, true
}

func readMemory(root string) (total, available *int64) {
	text, _ := readText(filepath.Join(root, "proc/meminfo"))
	for _, line := range strings.Split(text, "\n") {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		kibibytes, err := strconv.ParseInt(fields[1], 10, 64)
		if err != nil {
			continue
		}
		bytes := kibibytes * 1024
		switch fields[0] {
		case "MemTotal:":
			total = &bytes
		case "MemAvailable:":
			available = &bytes
		}
	}
	return total, available
}

func totalMemoryBytes(root string) int64 {
	if total, _ := readMemory(root); total != nil {
		return *total
	}
	return 0
}

// ownMemoryBytes is the resident memory of this process; 0 if /proc does not tell.
func ownMemoryBytes() int64 {
	text, _ := readText("/proc/self/statm")
	fields := strings.Fields(text)
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize())
}

func round(value float64, digits int) float64 {
	scale := math.Pow10(digits)
	return math.Round(value*scale) / scale
}
