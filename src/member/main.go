// Command member is a member of a fleet: it keeps the list of all members over gossip (memberlist: SWIM with Lifeguard),
// and answers to HTTP who is there, how busy this device is, and what changes.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"sort"
	"syscall"
	"time"

	"github.com/hashicorp/memberlist"
)

const minute = time.Minute

// memoryTarget is the resident memory above which the process returns free pages to the system, in bytes.
const memoryTarget = 14_000_000

// Exit codes, as those of collab.
const (
	exitFault = 1
	exitUsage = 2
)

// now has a monotonic reading: differences do not depend on changes of the clock.
func now() time.Time { return time.Now() }

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

func main() {
	// The heap is a few MB. A low percentage costs little CPU, and keeps the process small on boards with 1 GB.
	debug.SetGCPercent(40)
	debug.SetMemoryLimit(64 << 20)
	os.Exit(run(os.Args[1:]))
}

func run(arguments []string) int {
	s, help, err := parseSettings(arguments, os.Stdout)
	if help {
		return 0
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "member: %v\nmember --help lists all flags.\n", err)
		return exitUsage
	}
	l := &logger{out: os.Stderr}
	keyring, _ := memberlist.NewKeyring(nil, nil)
	p := &program{settings: s, log: l, keyring: keyring, certificate: newCertificate(s.state, l), hub: newHub()}
	if err := p.readSecrets(); err != nil {
		fmt.Fprintf(os.Stderr, "member: %v\n", err)
		return exitUsage
	}
	if err := p.serve(); err != nil {
		l.error("%v", err)
		return exitFault
	}
	return 0
}

// program is all parts together.
type program struct {
	settings    *settings
	log         *logger
	keyring     *memberlist.Keyring
	certificate *certificate
	hub         *hub
	cluster     *cluster
}

// readSecrets reads keys and certificate, and refuses to go on the network without them.
func (p *program) readSecrets() error {
	s := p.settings
	if info, err := os.Stat(s.state); err != nil || !info.IsDir() {
		return fmt.Errorf("--state %s is not a folder: create it with mode 700", s.state)
	}
	keys, err := readKeys(p.keysPath())
	if err != nil {
		return err
	}
	if keys != nil {
		if err := p.keyring.CollabReplace(keys); err != nil {
			return err
		}
	} else if !s.bindAddr.IsLoopback() {
		return fmt.Errorf("%s is missing, and gossip without encryption is allowed on loopback only: put a key there "+
			"(head -c 32 /dev/urandom | base64), or use --bind-address 127.0.0.1", p.keysPath())
	}
	hasCertificate, err := p.certificate.read()
	if err != nil {
		return err
	}
	if !hasCertificate && !s.httpA.IsLoopback() {
		return fmt.Errorf("%s is missing, and HTTP without TLS is allowed on loopback only: put the certificate and key there, "+
			"or use --http-address 127.0.0.1", p.certificate.path)
	}
	return nil
}

func (p *program) keysPath() string { return filepath.Join(p.settings.state, "gossip.keys") }

// rereadKeys keeps the keys that work if the file is broken or gone.
func (p *program) rereadKeys() {
	keys, err := readKeys(p.keysPath())
	if err == nil && keys == nil {
		err = errors.New("the file is gone")
	}
	if err == nil {
		err = p.keyring.CollabReplace(keys)
	}
	if err != nil {
		p.log.warn("the gossip keys stay as they are: %v", err)
		return
	}
	p.log.info("gossip keys are now %v, the first one encrypts", fingerprints(keys))
}

// serve runs until SIGTERM or SIGINT.
func (p *program) serve() error {
	s := p.settings
	known, err := readKnown(s.state)
	if err != nil {
		p.log.warn("known.json is ignored: %v", err)
	}
	members := newRoster(s.id, time.Duration(s.forgetAfterS)*time.Second, s.suspicionTime()+5*time.Second, p.changed)
	access := newAccessKeeper(s.state, p.log, p.accessChanged)
	access.read()
	if p.cluster, err = newCluster(s, p.log, members, access, p.keyring); err != nil {
		return err
	}
	if document := access.document(); document != nil {
		members.setRemoved(document.RemovedMembers, now())
	}
	p.cluster.know(known)
	reader := &loadReader{root: "/"}
	a := &api{settings: s, cluster: p.cluster, hub: p.hub, load: reader}
	server := newServer(a.handler(), p.log)
	api := &httpListening{p: p, server: server}
	stop := make(chan os.Signal, 2)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	if err := p.cluster.start(); err != nil && !errors.Is(err, errNoAddress) {
		return fmt.Errorf("gossip cannot use %s port %d: %w; end the other program there (ss -lunp), or choose another --bind-port", s.bindAddress, s.bindPort, err)
	}
	if err := api.listen(); err != nil {
		return fmt.Errorf("HTTP cannot use %s port %d: %w; end the other program there (ss -ltnp), or choose another --http-port", s.httpAddress, s.httpPort, err)
	}
	p.log.info("member %s (%s), version %s: HTTP on %s, TLS: %t", s.name, s.id, s.version, api.address, p.certificate.current.Load() != nil)
	p.startLoops(access, reader, known)
	go api.follow()
	p.log.info("%v: leaving", <-stop)
	p.hub.close()
	p.cluster.close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if server.Shutdown(ctx) != nil {
		server.Close()
	}
	p.log.info("ended")
	return nil
}

func (p *program) startLoops(access *accessKeeper, reader *loadReader, known []knownMember) {
	end := p.cluster.stop
	go access.watch(end)
	go p.certificate.watch(end)
	go watchFiles([]string{p.keysPath()}, end, p.rereadKeys)
	go p.cluster.run()
	go func() {
		for seconds := 1; p.cluster.sleep(time.Second); seconds++ {
			reader.sample()
			if seconds%60 == 0 && ownMemoryBytes() > memoryTarget {
				debug.FreeOSMemory() // after a burst of connections
			}
		}
	}()
	go func() {
		keeper := &statesKeeper{path: filepath.Join(p.settings.state, "states.json")}
		failed := ""
		for p.cluster.sleep(time.Second) {
			why := ""
			if err := keeper.write(p.cluster.roster.states(), time.Now()); err != nil {
				why = err.Error()
			}
			if why != "" && why != failed {
				p.log.error("states.json cannot be written: %s; the agent here does not know who is suspect", why)
			}
			failed = why
		}
	}()
	go func() {
		keeper := &knownKeeper{state: p.settings.state, log: p.log}
		for lap := 1; p.cluster.sleep(2 * time.Second); lap++ {
			if lap == 5 {
				// Those that are not back some seconds after a start count as failed.
				p.cluster.roster.learnGone(asGone(known), now())
				known = nil
			}
			if !p.cluster.hasLeft.Load() && (lap < 5 || lap%2 == 0) {
				// A restart within these seconds must not forget who was not back yet.
				keeper.write(withMissing(p.cluster.roster.known(), known))
			}
		}
	}()
}

// changed logs and publishes a change of the list. It is called with the roster locked.
func (p *program) changed(c change) {
	m := c.member
	p.hub.publish(m)
	if m.ID == p.settings.id {
		return
	}
	switch {
	case c.from != m.State:
		before := ""
		if c.from != "" {
			before = fmt.Sprintf(" (was %s)", c.from)
		}
		p.log.info("member %s (%s) at %s is %s%s", m.Name, m.ID, m.Address, m.State, before)
	case c.moved != "":
		p.log.info("member %s (%s) has moved from %s to %s", m.Name, m.ID, c.moved, m.Address)
	default:
		p.log.info("member %s (%s) has new metadata", m.Name, m.ID)
	}
}

// accessChanged applies a new access document, and tells the others.
func (p *program) accessChanged(document *accessDocument) {
	if p.cluster == nil {
		return
	}
	p.cluster.roster.setRemoved(document.RemovedMembers, now())
	if list := p.cluster.list.Load(); list != nil {
		go func() {
			for _, id := range document.RemovedMembers {
				list.CollabMarkLeft(id)
			}
			p.cluster.spread()
		}()
	}
}
