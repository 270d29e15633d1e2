package main

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
)

// phase tells where this member stands.
func (c *cluster) phase() string {
	switch {
	case c.hasLeft.Load() || c.access.isRemoved(c.settings.id):
		return "left"
	case c.refused.Load() != nil:
		return "refused"
	case c.roster.othersAlive() > 0:
		return "joined"
	case c.list.Load() != nil && (c.joined.Load() || len(c.settings.members)+len(c.knownAddresses()) == 0):
		return "alone"
	default:
		return "joining"
	}
}

// run keeps membership going until close.
func (c *cluster) run() {
	go c.pollLoop()
	go c.reconnectLoop()
	go c.pushPullLoop()
	for c.sleep(2 * time.Second) {
		if c.access.isRemoved(c.settings.id) {
			c.mu.Lock()
			c.end(true)
			c.mu.Unlock()
			continue
		}
		c.move()
		c.startLogged()
	}
}

// sleep returns false when the cluster is closed.
func (c *cluster) sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.stop:
		return false
	}
}

func (c *cluster) startLogged() {
	if err := c.start(); err != nil {
		if ok, _ := c.misses.allow(now()); ok {
			c.log.error("membership does not start: %v; tried again each 2 s", err)
		}
	}
}

// pollLoop takes the library's state over. The library has no event for a suspicion.
func (c *cluster) pollLoop() {
	for c.sleep(100 * time.Millisecond) {
		if list := c.list.Load(); list != nil {
			states := list.CollabStates()
			c.roster.apply(states, now())
			for _, state := range states {
				if state.Name == c.settings.id {
					c.lives.keep(state.Incarnation)
				}
			}
			if c.roster.othersAlive() > 0 {
				c.joined.Store(true)
			}
		}
	}
}

// pushPullLoop exchanges the whole list with a random member, so that lost news is caught up (anti-entropy).
func (c *cluster) pushPullLoop() {
	interval := ms(c.settings.pushPullEveryMS)
	for {
		wait := interval
		if list := c.list.Load(); list != nil {
			wait = list.CollabPushPullEvery(interval)
		}
		if !c.sleep(jittered(wait)) {
			return
		}
		c.pushPull()
	}
}

func (c *cluster) pushPull() {
	if list := c.list.Load(); list != nil {
		if err := list.CollabPushPull(); err != nil {
			c.reject("a member in push/pull", err)
		}
	}
}

// spread exchanges with three members at once, so that a new access document arrives everywhere in about log N rounds.
func (c *cluster) spread() {
	for i := 0; i < 3 && c.sleep(jittered(200*time.Millisecond)); i++ {
		c.pushPull()
	}
}

// confirm repeats the exchange after a join. A member that came back at another address is ignored by those that have seen
// its old address fail less than a second ago (DeadNodeReclaimTime).
func (c *cluster) confirm() {
	for i := 0; i < 3 && c.sleep(jittered(1500*time.Millisecond)); i++ {
		c.pushPull()
	}
}

// reconnectLoop contacts members that the library no longer contacts: one random failed member at a time, and while this
// member is alone also --members and those of known.json. So a partition heals, and a member that was away comes back.
func (c *cluster) reconnectLoop() {
	wait := ms(c.settings.reconnectMS)
	soon := time.Duration(0)
	for {
		next := jittered(wait)
		// Another newcomer may have found this member first, and know nobody else.
		isNew := !c.reached.Load() && len(c.settings.members)+len(c.knownAddresses()) > 0
		if c.phase() != "joined" || isNew {
			soon = min(max(2*soon, 500*time.Millisecond), wait)
			next = jittered(min(soon, 5*time.Second))
			if c.refused.Load() != nil {
				next = jittered(min(2*time.Second, wait))
			}
		} else {
			soon = 0
		}
		timer := time.NewTimer(next)
		select {
		case <-timer.C:
		case <-c.wake:
		case <-c.stop:
			return
		}
		timer.Stop()
		newcomer := c.phase() != "joined"
		if c.contact(c.targets()) > 0 && newcomer {
			go c.confirm()
		}
	}
}

func (c *cluster) targets() []string {
	failed := c.roster.failedAddresses()
	if c.phase() == "joined" && c.reached.Load() {
		return someOf(failed, 1)
	}
	return append(append(c.seeds(), someOf(c.knownAddresses(), 4)...), someOf(failed, 2)...)
}

// seeds are --members with names resolved.
func (c *cluster) seeds() []string {
	var list []string
	for _, member := range c.settings.members {
		host, port, err := net.SplitHostPort(member)
		if err != nil {
			continue
		}
		if net.ParseIP(host) != nil {
			list = append(list, member)
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		addresses, _ := net.DefaultResolver.LookupHost(ctx, host)
		cancel()
		for _, address := range addresses {
			list = append(list, net.JoinHostPort(address, port))
		}
	}
	return list
}

// contact joins through all targets at the same time, and returns how many accepted.
func (c *cluster) contact(targets []string) int {
	list := c.list.Load()
	if list == nil {
		return 0
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	var last error
	count, tried := 0, map[string]bool{c.ours(): true}
	for _, target := range targets {
		if tried[target] {
			continue
		}
		tried[target] = true
		group.Add(1)
		go func(target string) {
			defer group.Done()
			err := joinOne(list, target)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				count++
			} else {
				last = err
			}
		}(target)
	}
	group.Wait()
	if count == 0 && last != nil && c.phase() == "joining" {
		if ok, _ := c.misses.allow(now()); ok {
			c.log.warn("no member could be joined so far, tried again: %v", shortened(last))
		}
	}
	if count > 0 && c.refused.Swap(nil) != nil {
		c.log.info("no longer refused: the other node with this id is gone")
	}
	if count > 0 {
		c.reached.Store(true)
		c.joined.Store(true)
		c.roster.apply(list.CollabStates(), now())
	}
	return count
}

// shortened leaves out the number of errors that the library counts.
func shortened(err error) string {
	text := strings.TrimSpace(strings.ReplaceAll(err.Error(), "\n", " "))
	if _, after, found := strings.Cut(text, "* "); found {
		text = strings.TrimSpace(after)
	}
	return text + " (if members run there, compare their gossip.keys with those of this member)"
}

func joinOne(list *memberlist.Memberlist, target string) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("malformed answer: %v", fault)
		}
	}()
	_, err = list.Join([]string{target})
	return err
}
