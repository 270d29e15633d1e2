package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

const (
	watchersAtMost  = 64
	watcherBacklog  = 256 // changes that a slow client may be behind until it is cut
	commentEvery    = 15 * time.Second
	eventWriteLimit = 10 * time.Second
)

// hub passes changes to all clients of GET /events. It never waits for one.
type hub struct {
	mu       sync.Mutex
	watchers map[chan []byte]bool
	closed   bool
}

func newHub() *hub { return &hub{watchers: map[chan []byte]bool{}} }

func (h *hub) add() (chan []byte, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || len(h.watchers) >= watchersAtMost {
		return nil, false
	}
	channel := make(chan []byte, watcherBacklog)
	h.watchers[channel] = true
	return channel, true
}

func (h *hub) remove(channel chan []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.watchers, channel)
}

// publish sends a change to all; a client that is too far behind is cut, and reads the whole list when it comes back.
func (h *hub) publish(member memberView) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.watchers) == 0 {
		return
	}
	text := event("member", member)
	for channel := range h.watchers {
		select {
		case channel <- text:
		default:
			delete(h.watchers, channel)
			close(channel)
		}
	}
}

// close cuts all clients.
func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for channel := range h.watchers {
		delete(h.watchers, channel)
		close(channel)
	}
}

// event is one event in the format of server-sent events.
func event(name string, data any) []byte {
	text, err := json.Marshal(data)
	if err != nil {
		return nil
	}
	var buffer bytes.Buffer
	fmt.Fprintf(&buffer, "event: %s\ndata: %s\n\n", name, text)
	return buffer.Bytes()
}

func (a *api) getEvents(w http.ResponseWriter, r *http.Request) {
	var channel chan []byte
	var list []memberView
	ok := false
	a.cluster.roster.watch(now(), func(views []memberView) {
		list = views
		channel, ok = a.hub.add()
	})
	if !ok {
		writeFault(w, http.StatusTooManyRequests, "too-many-watchers", "this member already sends events to 64 clients", "watch another member")
		return
	}
	defer a.hub.remove(channel)
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	control := http.NewResponseController(w)
	control.SetReadDeadline(time.Time{})
	send := func(text []byte) bool {
		control.SetWriteDeadline(time.Now().Add(eventWriteLimit))
		_, err := w.Write(text)
		return err == nil && control.Flush() == nil
	}
	if !send(event("members", a.members(list))) {
		return
	}
	comment := time.NewTicker(commentEvery)
	defer comment.Stop()
	for {
		select {
		case text, open := <-channel:
			if !open || !send(text) {
				return
			}
		case <-comment.C:
			if !send([]byte(": still here\n\n")) {
				return
			}
		case <-r.Context().Done():
			return
		}
	}
}
