package main

import (
	"net"
	"sort"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
)

// The states of a member, as in SWIM (Das, Gupta, Motivala: "SWIM: Scalable Weakly-consistent Infection-style Process Group
// Membership Protocol", 2002), with Lifeguard's timing of suspicion (Dadgar, Phillips, Currey, 2017). A member that left said so.
const (
	alive   = "alive"
	suspect = "suspect"
	failed  = "failed"
	left    = "left"
)

func stateName(state memberlist.NodeStateType) string {
	switch state {
	case memberlist.StateAlive:
		return alive
	case memberlist.StateSuspect:
		return suspect
	case memberlist.StateLeft:
		return left
	default:
		return failed
	}
}

// entry is one member of the roster. Times have a monotonic reading, so ages do not depend on the clock of the board.
type entry struct {
	id          string
	state       string
	since       time.Time
	heard       time.Time // zero: never
	address     string    // ip:port
	meta        []byte
	incarnation uint32
	missing     time.Time // since when the library does not list a member that counts as alive; zero: it does
}

func (e *entry) gone() bool { return e.state == failed || e.state == left }

// roster is the list of members. The library forgets the dead after half a minute; the roster keeps them.
type roster struct {
	mu           sync.Mutex
	self         string
	entries      map[string]*entry
	byAddress    map[string]string // ip:port to id, for packets
	removed      map[string]bool   // ids that the access document removes: they count as left
	forgetAfter  time.Duration
	missingAfter time.Duration // how long a member may be missing after the library was restarted until it counts as failed
	publish      func(change)  // called with the lock held: must not block
}

// change is one difference that others want to know: a new state, address, or metadata.
type change struct {
	member memberView
	from   string // the state before; empty: a new member
	moved  string // the address before, if it changed
}

func newRoster(self string, forgetAfter, missingAfter time.Duration, publish func(change)) *roster {
	return &roster{self: self, entries: map[string]*entry{}, byAddress: map[string]string{}, removed: map[string]bool{},
		forgetAfter: forgetAfter, missingAfter: missingAfter, publish: publish}
}

// apply takes over what the library knows now.
func (r *roster) apply(states []memberlist.CollabState, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	listed := make(map[string]bool, len(states))
	for _, s := range states {
		listed[s.Name] = true
		state, since := stateName(s.State), s.StateChange
		if r.removed[s.Name] {
			state = left
		}
		e := r.entries[s.Name]
		if e != nil && e.state == state {
			since = e.since
		}
		next := entry{id: s.Name, state: state, since: since, meta: s.Meta, incarnation: s.Incarnation,
			address: net.JoinHostPort(s.Addr.String(), strconv.Itoa(int(s.Port)))}
		if e != nil {
			next.heard = e.heard
		}
		// A new incarnation is chosen by the member itself, so it has spoken.
		if state == alive && s.Name != r.self && (e == nil || s.Incarnation > e.incarnation || e.state != alive) {
			next.heard = now
		}
		r.put(&next, now)
	}
	for id, e := range r.entries {
		if listed[id] || id == r.self {
			continue
		}
		r.age(e, now)
	}
}

// age judges a member that the library does not list.
func (r *roster) age(e *entry, now time.Time) {
	switch {
	case e.gone():
		if now.Sub(e.since) > r.forgetAfter {
			delete(r.entries, e.id)
			r.index()
		}
	case e.missing.IsZero():
		e.missing = now
	case now.Sub(e.missing) > r.missingAfter:
		next := *e
		next.state, next.since, next.missing = failed, now, time.Time{}
		r.put(&next, now)
	}
}

// put stores an entry and publishes it if it differs.
func (r *roster) put(next *entry, now time.Time) {
	e := r.entries[next.id]
	r.entries[next.id] = next
	if e == nil || e.address != next.address {
		r.index()
	}
	if e != nil && e.state == next.state && e.address == next.address && string(e.meta) == string(next.meta) {
		return
	}
	c := change{member: next.view(now, r.self)}
	if e != nil {
		c.from = e.state
		if e.address != next.address {
			c.moved = e.address
		}
	}
	r.publish(c)
}

func (r *roster) index() {
	r.byAddress = make(map[string]string, len(r.entries))
	for id, e := range r.entries {
		if !e.gone() {
			r.byAddress[e.address] = id
		}
	}
}

// setSelf sets the own entry while the library does not run: before there is an address, and after a leave.
func (r *roster) setSelf(state, address string, meta []byte, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.put(&entry{id: r.self, state: state, since: now, address: address, meta: meta}, now)
}

// dropOthers empties the list after a leave: a member that left does not know how the others are.
func (r *roster) dropOthers() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id := range r.entries {
		if id != r.self {
			delete(r.entries, id)
		}
	}
	r.index()
}

func (r *roster) heard(id string, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.entries[id]; e != nil {
		e.heard = now
	}
}

// heardFrom notes an authentic packet from an address.
func (r *roster) heardFrom(address string, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.entries[r.byAddress[address]]; e != nil {
		e.heard = now
	}
}

// setRemoved sets the ids that the access document removes. Members that the library no longer lists change at once.
func (r *roster) setRemoved(ids []string, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.removed = map[string]bool{}
	for _, id := range ids {
		r.removed[id] = true
		if e := r.entries[id]; e != nil && id != r.self && e.state != left {
			next := *e
			next.state, next.since = left, now
			r.put(&next, now)
		}
	}
}

// snapshot returns all members, sorted by name, then id.
func (r *roster) snapshot(now time.Time) []memberView {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.views(now)
}

func (r *roster) views(now time.Time) []memberView {
	views := make([]memberView, 0, len(r.entries))
	for _, e := range r.entries {
		views = append(views, e.view(now, r.self))
	}
	sort.Slice(views, func(i, j int) bool {
		if views[i].Name != views[j].Name {
			return views[i].Name < views[j].Name
		}
		return views[i].ID < views[j].ID
	})
	return views
}

// watch calls subscribe with the list as it is, so that no change between the two is lost.
func (r *roster) watch(now time.Time, subscribe func([]memberView)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	subscribe(r.views(now))
}
