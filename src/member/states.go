package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"
)

// statesBeat is how often states.json is touched while nothing changes, so that programs beside this one know that it is not stale.
const statesBeat = 10 * time.Second

// statesKeeper writes states.json for the agent beside this program: what each other member is now, suspicions included. It is
// written on each change, at most once a second, and without a sync: after a reboot it is of no use.
type statesKeeper struct {
	path    string
	last    string
	written time.Time
}

// states lists the state of each other member, by id.
func (r *roster) states() map[string]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	states := map[string]string{}
	for id, e := range r.entries {
		if id != r.self {
			states[id] = e.state
		}
	}
	return states
}

func (k *statesKeeper) write(states map[string]string, now time.Time) error {
	text, err := json.Marshal(struct {
		Format int               `json:"format"`
		States map[string]string `json:"states"`
	}{1, states})
	if err != nil {
		return err
	}
	if string(text) == k.last {
		if now.Sub(k.written) < statesBeat {
			return nil
		}
		k.written = now
		return os.Chtimes(k.path, now, now)
	}
	part := filepath.Join(filepath.Dir(k.path), ".states.json.part")
	if err := os.WriteFile(part, text, 0o600); err != nil {
		return err
	}
	if err := os.Rename(part, k.path); err != nil {
		return err
	}
	k.last, k.written = string(text), now
	return nil
}
