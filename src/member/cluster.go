package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/memberlist"
)

// refusal is why a member may not join: another node has its id.
type refusal struct {
	Name   string `json:"name"`
	Theirs string `json:"theirs"`
	Ours   string `json:"ours"`
}

// cluster runs the library: it starts it when there is an address, restarts it with another one, and ends it on a leave.
type cluster struct {
	settings *settings
	log      *logger
	roster   *roster
	access   *accessKeeper
	keyring  *memberlist.Keyring
	traffic  *traffic
	meta     []byte
	known    atomic.Pointer[[]string] // addresses of others, from known.json or from before a leave
	started  time.Time
	lives    *incarnationKeeper
	claims   limited
	rejects  limited
	misses   limited

	mu      sync.Mutex // serializes start, leave, rejoin and close
	list    atomic.Pointer[memberlist.Memberlist]
	address atomic.Pointer[netip.Addr]
	refused atomic.Pointer[refusal]
	hasLeft atomic.Bool
	reached atomic.Bool // has contacted another member itself since it started
	joined  atomic.Bool // has joined others since it started
	wake    chan struct{}
	stop    chan struct{}
}

func newCluster(s *settings, l *logger, r *roster, k *accessKeeper, keyring *memberlist.Keyring) (*cluster, error) {
	meta, err := s.meta().encode()
	if err != nil {
		return nil, err
	}
	c := &cluster{settings: s, log: l, roster: r, access: k, keyring: keyring, traffic: &traffic{}, meta: meta, started: now(),
		claims: limited{most: 1, period: minute}, rejects: limited{most: 3, period: minute}, misses: limited{most: 1, period: minute},
		wake: make(chan struct{}, 1), stop: make(chan struct{})}
	c.lives = &incarnationKeeper{state: s.state, log: l}
	if _, err := os.Stat(c.marker()); err == nil {
		c.hasLeft.Store(true)
	}
	c.settle()
	return c, nil
}

func (c *cluster) marker() string { return filepath.Join(c.settings.state, "left") }

// settle sets the own entry of the roster while the library does not run.
func (c *cluster) settle() {
	state := alive
	if c.hasLeft.Load() || c.access.isRemoved(c.settings.id) {
		state = left
	}
	c.roster.setSelf(state, c.ours(), c.meta, now())
}

// ours is the own address that others use.
func (c *cluster) ours() string {
	address := c.settings.bindAddr
	if a := c.address.Load(); a != nil {
		address = *a
	}
	return net.JoinHostPort(address.String(), strconv.Itoa(c.settings.bindPort))
}

var errNoAddress = errors.New("this machine has no address that reaches the others yet")

// start creates the library's instance, if it does not run and may run.
func (c *cluster) start() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.list.Load() != nil || c.hasLeft.Load() || c.access.isRemoved(c.settings.id) {
		return nil
	}
	address, ok := c.settings.chooseAddress(c.seeds())
	if !ok {
		return errNoAddress
	}
	transport, err := newTransport(c.settings.bindAddress, c.settings.bindPort, c.keyring, c.traffic, c.log)
	if err != nil {
		return err
	}
	c.address.Store(&address)
	list, err := memberlist.Create(c.config(transport, address))
	if err != nil {
		transport.Shutdown()
		return err
	}
	if earlier := c.lives.read(); earlier > 0 {
		if err := list.CollabRaiseIncarnation(earlier); err != nil {
			c.log.warn("the incarnation is not raised: %v", err)
		}
	}
	transport.serve(list, func(from string) { c.roster.heardFrom(from, now()) }, c.reject)
	c.list.Store(list)
	c.log.info("member %s (%s) gossips as %s, encrypted: %t", c.settings.name, c.settings.id, c.ours(), len(c.keyring.GetKeys()) > 0)
	return nil
}

func (c *cluster) config(t *transport, address netip.Addr) *memberlist.Config {
	s, config := c.settings, memberlist.DefaultLANConfig()
	config.Name, config.Transport, config.Logger = s.id, t, newLibraryLog(c.log)
	config.BindAddr, config.BindPort = s.bindAddress, s.bindPort
	config.AdvertiseAddr, config.AdvertisePort = address.String(), s.bindPort
	config.ProbeInterval, config.ProbeTimeout, config.IndirectChecks = ms(s.pingEveryMS), ms(s.pingTimeoutMS), s.indirectChecks
	config.SuspicionMult, config.SuspicionMaxTimeoutMult = s.suspicionMult, s.suspicionMax
	config.GossipInterval, config.GossipNodes, config.RetransmitMult = ms(s.gossipEveryMS), s.gossipNodes, s.retransmitMult
	config.PushPullInterval = 0 // see pushPullLoop
	config.TCPTimeout = tcpTimeout
	config.DeadNodeReclaimTime = time.Second // a failed member may come back at another address
	config.EnableCompression = false         // little gain, and memory for each packet
	config.Keyring = c.keyring
	d := &delegate{c}
	config.Delegate, config.Ping, config.Alive, config.Merge, config.Conflict = d, d, d, d, d
	return config
}

// reject notes a packet or stream that is not authentic or is malformed.
func (c *cluster) reject(from string, err error) {
	ok, dropped := c.rejects.allow(now())
	if ok {
		c.log.warn("gossip from %s was rejected: %v (%d more in the minute before); it has other keys, or is no member", from, err, dropped)
	}
}

// end stops the library, after a leave message if asked.
func (c *cluster) end(leave bool) {
	list := c.list.Swap(nil)
	if list == nil {
		return
	}
	if leave {
		if err := list.Leave(2 * time.Second); err != nil {
			c.log.warn("the leave message may not have reached the others: %v", err)
		}
	}
	list.Shutdown()
}

// close ends membership for good, before the program exits.
func (c *cluster) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.stop)
	c.end(true)
}

// leave announces that this member leaves, and keeps it so after a restart.
func (c *cluster) leave() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := writeAtomic(c.marker(), []byte("This member has left the fleet on purpose. POST /join removes this file.\n")); err != nil {
		return fmt.Errorf("the marker %s cannot be written: %w", c.marker(), err)
	}
	if c.hasLeft.Swap(true) {
		return nil
	}
	c.end(true)
	c.refused.Store(nil)
	c.settle()
	c.know(c.roster.known())
	c.roster.dropOthers()
	c.log.info("left the fleet")
	return nil
}

// know keeps the addresses of others that did not leave, to find them again.
func (c *cluster) know(others []knownMember) {
	addresses := []string{}
	for _, m := range others {
		if m.State != left {
			addresses = append(addresses, m.Address)
		}
	}
	c.known.Store(&addresses)
}

func (c *cluster) knownAddresses() []string {
	if known := c.known.Load(); known != nil {
		return *known
	}
	return nil
}

// join takes back a leave, and contacts the given address or those that are known. It returns how many answered.
func (c *cluster) join(address string) (int, error) {
	if c.hasLeft.Load() {
		c.mu.Lock()
		if err := os.Remove(c.marker()); err != nil && !missing(err) {
			c.mu.Unlock()
			return 0, err
		}
		c.hasLeft.Store(false)
		c.mu.Unlock()
		c.settle()
	}
	if err := c.start(); err != nil {
		return 0, err
	}
	targets := []string{address}
	if address == "" {
		targets = c.targets()
	}
	return c.contact(targets), nil
}

// move restarts the library when its address is gone from this machine.
func (c *cluster) move() {
	address := c.address.Load()
	if c.list.Load() == nil || address == nil || hasAddress(ownAddresses(), *address) {
		return
	}
	if next, ok := c.settings.chooseAddress(c.seeds()); !ok || next == *address {
		return
	}
	c.log.warn("the address %s is gone from this machine: membership restarts with another one", address)
	c.mu.Lock()
	c.end(false)
	c.mu.Unlock()
	c.startLogged()
	c.wakeUp()
}

// wakeUp makes the reconnect loop try at once.
func (c *cluster) wakeUp() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}
