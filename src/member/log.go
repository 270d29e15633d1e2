package main

import (
	"fmt"
	"io"
	"log"
	"strings"
	"sync"
	"time"
)

// logger writes one line per event: time, level, message.
type logger struct {
	mu  sync.Mutex
	out io.Writer
}

func (l *logger) info(format string, values ...any)  { l.write("info", format, values...) }
func (l *logger) warn(format string, values ...any)  { l.write("warn", format, values...) }
func (l *logger) error(format string, values ...any) { l.write("error", format, values...) }

func (l *logger) write(level, format string, values ...any) {
	text := clean(fmt.Sprintf(format, values...), 1000)
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(l.out, "%s %s %s\n", time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), level, text)
}

// clean removes control characters and cuts text after limit bytes.
func clean(text string, limit int) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) || r == 0x2028 || r == 0x2029 {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "")
	}
	return text
}

// limited passes at most most lines per period and counts the others, so that hostile packets cannot fill a disk.
type limited struct {
	mu      sync.Mutex
	most    int
	period  time.Duration
	started time.Time
	passed  int
	dropped int
}

// allow tells whether a line may pass, and how many were dropped in the period before.
func (l *limited) allow(now time.Time) (ok bool, droppedBefore int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.started) >= l.period {
		droppedBefore = l.dropped
		l.started, l.passed, l.dropped = now, 0, 0
	}
	if l.passed < l.most {
		l.passed++
		return true, droppedBefore
	}
	l.dropped++
	return false, droppedBefore
}

// libraryLog passes memberlist's warnings and errors on. Its debug and info lines repeat what this program logs itself.
type libraryLog struct {
	log   *logger
	limit *limited
}

func newLibraryLog(l *logger) *log.Logger {
	return log.New(&libraryLog{l, &limited{most: 5, period: 10 * time.Second}}, "", 0)
}

// These are reported by this program in other words, or follow from a member that is away.
var repeated = []string{"Conflicting address", "Refuting", "Failed fallback TCP ping", "ignoring alive message", "connect: ", "Failed push/pull merge",
	"use of closed network connection"}

func (w *libraryLog) Write(line []byte) (int, error) {
	text := strings.TrimSpace(string(line))
	if !strings.HasPrefix(text, "[WARN]") && !strings.HasPrefix(text, "[ERR") {
		return len(line), nil
	}
	for _, part := range repeated {
		if strings.Contains(text, part) {
			return len(line), nil
		}
	}
	if _, message, found := strings.Cut(text, "memberlist: "); found {
		text = message
	}
	w.warn("gossip: %s", text)
	return len(line), nil
}

func (w *libraryLog) warn(format string, values ...any) {
	ok, dropped := w.limit.allow(time.Now())
	if dropped > 0 {
		w.log.warn("gossip: %d similar lines were left out", dropped)
	}
	if ok {
		w.log.warn(format, values...)
	}
}
