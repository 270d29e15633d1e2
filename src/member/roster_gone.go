package main

import (
	"net/netip"
	"time"
)

// goneMember is a failed or left member, as members tell each other about it in push/pull and keep it in known.json. The
// library itself tells a newcomer about living members only.
type goneMember struct {
	ID      string  `json:"id"`
	State   string  `json:"state"`
	Address string  `json:"address"`
	Meta    []byte  `json:"meta"`
	AgeS    float64 `json:"age_s"`
}

// goneLimit bounds how many gone members are told and accepted at once.
const goneLimit = 256

func (g goneMember) valid() bool {
	address, err := netip.ParseAddrPort(g.Address)
	return err == nil && address.Port() != 0 && isID(g.ID) && (g.State == failed || g.State == left) &&
		len(g.Meta) <= metadataLimitBytes && g.AgeS >= 0
}

// gone lists the failed and left members.
func (r *roster) gone(now time.Time) []goneMember {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []goneMember
	for _, e := range r.entries {
		if e.gone() && e.id != r.self && len(list) < goneLimit {
			list = append(list, goneMember{e.id, e.state, e.address, e.meta, now.Sub(e.since).Seconds()})
		}
	}
	return list
}

// learnGone adds members that are gone and that this member has never seen.
func (r *roster) learnGone(list []goneMember, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, g := range list {
		if i >= goneLimit || len(r.entries) > 4*goneLimit {
			return
		}
		since := now.Add(-time.Duration(min(g.AgeS, 1e9) * float64(time.Second)))
		if !g.valid() || r.entries[g.ID] != nil || now.Sub(since) > r.forgetAfter {
			continue
		}
		if r.removed[g.ID] {
			g.State = left
		}
		r.put(&entry{id: g.ID, state: g.State, since: since, address: g.Address, meta: g.Meta}, now)
	}
}

// failedAddresses lists the addresses of failed members, to try them again.
func (r *roster) failedAddresses() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []string
	for _, e := range r.entries {
		if e.state == failed && e.id != r.self {
			list = append(list, e.address)
		}
	}
	return list
}

// othersAlive counts members other than this one that are not gone.
func (r *roster) othersAlive() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	count := 0
	for _, e := range r.entries {
		if !e.gone() && e.id != r.self && e.missing.IsZero() {
			count++
		}
	}
	return count
}

// addressOf returns the address of a member that is not gone, and whether there is one.
func (r *roster) addressOf(id string) (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.entries[id]
	if e == nil || e.gone() {
		return "", false
	}
	return e.address, true
}
