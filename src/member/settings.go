package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"time"
)

// settings are all flags of the program. The defaults of the protocol are memberlist's for a LAN; see the SWIM paper for
// ping, indirect checks and suspicion, and the Lifeguard paper for suspicion-max-mult.
type settings struct {
	id, name, version              string
	bindAddress, httpAddress       string
	bindPort, httpPort, brokerPort int
	advertise                      string
	members                        []string
	state, lease, setup            string
	tags                           []string
	architecture, accelerator      string
	cores                          int
	memoryBytes                    int64
	keeper, publicRead             bool
	pingEveryMS, pingTimeoutMS     int
	indirectChecks                 int
	suspicionMult, suspicionMax    int
	gossipEveryMS, gossipNodes     int
	pushPullEveryMS, reconnectMS   int
	retransmitMult, forgetAfterS   int
	advertiseAddr, bindAddr, httpA netip.Addr // parsed; advertiseAddr is invalid with auto
}

// protocolSettings are those that GET /info reports.
func (s *settings) protocolSettings() map[string]int {
	return map[string]int{"ping_every_ms": s.pingEveryMS, "ping_timeout_ms": s.pingTimeoutMS, "indirect_checks": s.indirectChecks,
		"suspicion_mult": s.suspicionMult, "suspicion_max_mult": s.suspicionMax, "gossip_every_ms": s.gossipEveryMS,
		"gossip_nodes": s.gossipNodes, "push_pull_every_ms": s.pushPullEveryMS, "retransmit_mult": s.retransmitMult,
		"reconnect_every_ms": s.reconnectMS, "forget_after_s": s.forgetAfterS}
}

func (s *settings) meta() metadata {
	return metadata{Name: s.name, HTTPPort: s.httpPort, Tags: s.tags, Architecture: s.architecture, Cores: s.cores,
		MemoryBytes: s.memoryBytes, Accelerator: s.accelerator, Version: s.version, Keeper: s.keeper, BrokerPort: s.brokerPort}
}

// suspicionTime is how long the library suspects a member at most before it counts as failed, for few members.
func (s *settings) suspicionTime() time.Duration {
	return ms(s.suspicionMult * s.suspicionMax * s.pingEveryMS)
}

func ms(count int) time.Duration { return time.Duration(count) * time.Millisecond }

// parseSettings reads the flags. help is true after --help, whose text goes to out.
func parseSettings(arguments []string, out io.Writer) (s *settings, help bool, err error) {
	s = &settings{}
	var members, tags string
	f := flag.NewFlagSet("member", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&s.id, "id", "", "id of this member: 20 hex digits (required)")
	f.StringVar(&s.name, "name", "", "name to show (default: the id)")
	f.StringVar(&s.version, "version", "", "version of the software that runs this member")
	f.StringVar(&s.bindAddress, "bind-address", "0.0.0.0", "address for gossip, UDP and TCP")
	f.IntVar(&s.bindPort, "bind-port", 7946, "port for gossip")
	f.StringVar(&s.httpAddress, "http-address", "", "address for HTTP (default: that of --bind-address)")
	f.IntVar(&s.httpPort, "http-port", 7947, "port for HTTP")
	f.StringVar(&s.advertise, "advertise-address", "auto", "address that others use, or auto: that of the interface that reaches the first of --members")
	f.StringVar(&members, "members", "", "members to join through: host:port,host:port")
	f.StringVar(&s.state, "state", "", "folder with keys, certificates and what the member remembers (required)")
	f.StringVar(&tags, "tags", "", "tags of this member: a,b")
	f.StringVar(&s.architecture, "architecture", runtime.GOARCH, "architecture")
	f.IntVar(&s.cores, "cores", runtime.NumCPU(), "number of cores")
	f.Int64Var(&s.memoryBytes, "memory-bytes", totalMemoryBytes("/"), "memory in bytes")
	f.StringVar(&s.accelerator, "accelerator", "", "accelerator")
	f.BoolVar(&s.keeper, "keeper", false, "this member is a keeper")
	f.IntVar(&s.brokerPort, "broker-port", 0, "port of the broker on this keeper, for clients; 0 without one")
	f.IntVar(&s.pingEveryMS, "ping-every-ms", 1000, "pings one member each so many milliseconds")
	f.IntVar(&s.pingTimeoutMS, "ping-timeout-ms", 500, "waits so long for an answer before it asks others to ping")
	f.IntVar(&s.indirectChecks, "indirect-checks", 3, "asks so many others to ping")
	f.IntVar(&s.suspicionMult, "suspicion-mult", 4, "suspects a member for this x max(1, log10 of members) x ping-every-ms before it counts as failed")
	f.IntVar(&s.suspicionMax, "suspicion-max-mult", 6, "without confirmation by others, suspects for this many times as long")
	f.IntVar(&s.gossipEveryMS, "gossip-every-ms", 200, "sends news each so many milliseconds")
	f.IntVar(&s.gossipNodes, "gossip-nodes", 3, "sends news to so many members at once")
	f.IntVar(&s.pushPullEveryMS, "push-pull-every-ms", 30000, "exchanges the whole list with one member each so many milliseconds")
	f.IntVar(&s.retransmitMult, "retransmit-mult", 4, "repeats news this x log10 of members times")
	f.IntVar(&s.reconnectMS, "reconnect-every-ms", 10000, "tries a failed member each so many milliseconds")
	f.IntVar(&s.forgetAfterS, "forget-after-s", 7*24*3600, "forgets failed and left members after so many seconds")
	f.BoolVar(&s.publicRead, "public-read", false, "reading by HTTP needs no token")
	f.StringVar(&s.setup, "setup", "", "a text that GET /info repeats, by which who started this member knows its settings again")
	f.StringVar(&s.lease, "lease", "", "folder of the device's lease, to report who holds the device")
	if err = f.Parse(arguments); errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(out, "member: a member of a fleet. Flags:")
		f.SetOutput(out)
		f.PrintDefaults()
		return nil, true, nil
	}
	if err == nil && f.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q: all values are flags", f.Arg(0))
	}
	if err != nil {
		return nil, false, err
	}
	s.members, s.tags = split(members), split(tags)
	if s.name == "" {
		s.name = s.id
	}
	if s.httpAddress == "" {
		s.httpAddress = s.bindAddress
	}
	return s, false, s.check()
}

func split(text string) []string {
	list := []string{}
	for _, part := range strings.Split(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

func (s *settings) check() error {
	if !isID(s.id) {
		return fmt.Errorf("--id must be 20 hex digits in lower case, and is %q", s.id)
	}
	if s.state == "" {
		return errors.New("--state is missing: the folder with keys and certificates")
	}
	for name, port := range map[string]int{"--bind-port": s.bindPort, "--http-port": s.httpPort} {
		if port < 1 || port > 65535 {
			return fmt.Errorf("%s must be a number from 1 to 65535, and is %d", name, port)
		}
	}
	if s.brokerPort < 0 || s.brokerPort > 65535 {
		return fmt.Errorf("--broker-port must be a number from 0 to 65535, and is %d", s.brokerPort)
	}
	var err error
	if s.bindAddr, err = netip.ParseAddr(s.bindAddress); err != nil {
		return fmt.Errorf("--bind-address %q is not an IP address", s.bindAddress)
	}
	if s.httpA, err = netip.ParseAddr(s.httpAddress); err != nil {
		return fmt.Errorf("--http-address %q is not an IP address", s.httpAddress)
	}
	if s.advertise != "auto" {
		if s.advertiseAddr, err = netip.ParseAddr(s.advertise); err != nil || s.advertiseAddr.IsUnspecified() {
			return fmt.Errorf("--advertise-address %q must be an IP address of this machine, or auto", s.advertise)
		}
	}
	for _, member := range s.members {
		if host, port, err := net.SplitHostPort(member); err != nil || host == "" || port == "" {
			return fmt.Errorf("--members has %q, which is not host:port", member)
		}
	}
	positive := s.protocolSettings()
	if positive["indirect_checks"] == 0 {
		positive["indirect_checks"] = 1 // may be 0
	}
	for name, value := range positive {
		if value < 1 {
			return fmt.Errorf("--%s must be positive, and is %d", strings.ReplaceAll(name, "_", "-"), value)
		}
	}
	if s.pingTimeoutMS >= s.pingEveryMS {
		return fmt.Errorf("--ping-timeout-ms (%d) must be less than --ping-every-ms (%d): the rest is for indirect pings", s.pingTimeoutMS, s.pingEveryMS)
	}
	_, err = s.meta().encode()
	return err
}
