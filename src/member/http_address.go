package main

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"
)

// httpListening keeps the HTTP API on the address that was named. When that is not of this machine, because it changed or
// because others reach it through a router, the API is on the address that this member tells the others.
type httpListening struct {
	p        *program
	server   *http.Server
	listener net.Listener
	address  string
}

// host is where the API belongs now; false while there is no address.
func (l *httpListening) host() (netip.Addr, bool) {
	named := l.p.settings.httpA
	if named.IsUnspecified() || hasAddress(ownAddresses(), named) {
		return named, true
	}
	if told := l.p.cluster.address.Load(); told != nil {
		return *told, true
	}
	return named, false
}

// listen opens the listener where it belongs, and closes the one of before.
func (l *httpListening) listen() error {
	host, ok := l.host()
	address := net.JoinHostPort(host.String(), strconv.Itoa(l.p.settings.httpPort))
	if !ok || address == l.address {
		return nil
	}
	listener, err := listen(address, l.p.certificate)
	if err != nil {
		return err
	}
	before := l.listener
	l.listener, l.address = listener, address
	go l.server.Serve(listener)
	if before != nil {
		before.Close()
		l.p.log.info("HTTP is now on %s", address)
	}
	return nil
}

// follow listens elsewhere when the address of this machine changes.
func (l *httpListening) follow() {
	for l.p.cluster.sleep(2 * time.Second) {
		if err := l.listen(); err != nil {
			if ok, _ := l.p.cluster.misses.allow(now()); ok {
				l.p.log.error("HTTP cannot use its new address: %v; tried again each 2 s", err)
			}
		}
	}
}
