package main

import (
	"encoding/json"
	"math/rand"
	"path/filepath"
	"time"
)

// knownFile is known.json: the members that this member has seen, to find them again after a reboot.
type knownFile struct {
	Format  int           `json:"format"`
	Members []knownMember `json:"members"`
}

type knownMember struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Address string `json:"address"`
	Meta    []byte `json:"meta"`
}

const knownLimit = 1024

func readKnown(state string) ([]knownMember, error) {
	text, err := readBounded(filepath.Join(state, "known.json"), 4<<20)
	if missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var file knownFile
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	if len(file.Members) > knownLimit {
		file.Members = file.Members[:knownLimit]
	}
	return file.Members, nil
}

// known lists all members but this one as known.json keeps them. A suspicion is not worth a write to an SD card.
func (r *roster) known() []knownMember {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := []knownMember{}
	for _, id := range sortedKeys(r.entries) {
		e := r.entries[id]
		if id == r.self || len(list) == knownLimit {
			continue
		}
		state := e.state
		if state == suspect {
			state = alive
		}
		list = append(list, knownMember{e.id, state, e.address, e.meta})
	}
	return list
}

// knownKeeper writes known.json when it has changed, at most each two seconds at first, then each four.
type knownKeeper struct {
	state string
	last  string
	log   *logger
}

func (k *knownKeeper) write(list []knownMember) {
	text, err := json.Marshal(knownFile{1, list})
	if err != nil || string(text) == k.last {
		return
	}
	k.last = string(text)
	if err := writeAtomic(filepath.Join(k.state, "known.json"), text); err != nil {
		k.log.error("known.json cannot be written: %v; after a reboot this member joins only through --members", err)
	}
}

// withMissing adds those of an earlier list that are not in a newer one.
func withMissing(list, earlier []knownMember) []knownMember {
	there := map[string]bool{}
	for _, m := range list {
		there[m.ID] = true
	}
	for _, m := range earlier {
		if !there[m.ID] && len(list) < knownLimit {
			list = append(list, m)
		}
	}
	return list
}

// asGone turns the members of known.json into gone ones: those that do not come back after a reboot count as failed.
func asGone(list []knownMember) []goneMember {
	gone := []goneMember{}
	for _, m := range list {
		state := failed
		if m.State == left {
			state = left
		}
		gone = append(gone, goneMember{m.ID, state, m.Address, m.Meta, 0})
	}
	return gone
}

// someOf returns at most count random elements.
func someOf(list []string, count int) []string {
	list = append([]string(nil), list...)
	rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:min(count, len(list))]
}

// jittered returns a duration between 80 and 120 percent, so that members do not act in step.
func jittered(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.8 + 0.4*rand.Float64()))
}
