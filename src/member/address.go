package main

import (
	"net"
	"net/netip"
	"strings"
)

// reachingAddress is the address of the interface that reaches a target. Connecting a UDP socket sends nothing.
func reachingAddress(target string) (netip.Addr, bool) {
	conn, err := net.Dial("udp", target)
	if err != nil {
		return netip.Addr{}, false
	}
	defer conn.Close()
	address, err := netip.ParseAddrPort(conn.LocalAddr().String())
	if err != nil || address.Addr().IsUnspecified() {
		return netip.Addr{}, false
	}
	return address.Addr().Unmap(), true
}

// ownAddresses lists the networks of this machine's interfaces that are up.
func ownAddresses() []netip.Prefix {
	var list []netip.Prefix
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	for _, address := range addresses {
		if prefix, err := netip.ParsePrefix(address.String()); err == nil {
			list = append(list, prefix)
		}
	}
	return list
}

// hasAddress tells whether an address belongs to this machine. All of 127.0.0.0/8 does.
func hasAddress(own []netip.Prefix, address netip.Addr) bool {
	for _, prefix := range own {
		if prefix.Addr().Unmap() == address || (address.IsLoopback() && prefix.Contains(address)) {
			return true
		}
	}
	return false
}

// outside is an address of documentation (RFC 5737): the route to it is the default route.
const outside = "192.0.2.1:9"

// chooseAddress decides which address this member tells the others: the given one, that on which it listens, or that of
// the interface that reaches the first target that has a route. Without targets it is the address of the default route, or
// the first IPv4 address of an interface that is not a bridge of containers. There may be none yet while a device boots.
func (s *settings) chooseAddress(targets []string) (netip.Addr, bool) {
	if s.advertiseAddr.IsValid() {
		return s.advertiseAddr, true
	}
	if !s.bindAddr.IsUnspecified() {
		return s.bindAddr, true
	}
	for _, target := range append(targets, outside) {
		if address, ok := reachingAddress(target); ok {
			return address, true
		}
	}
	if len(targets) > 0 {
		return netip.Addr{}, false
	}
	return firstAddress()
}

func firstAddress() (netip.Addr, bool) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return netip.Addr{}, false
	}
	for _, i := range interfaces {
		if i.Flags&net.FlagLoopback != 0 || i.Flags&net.FlagUp == 0 || i.HardwareAddr == nil ||
			strings.HasPrefix(i.Name, "docker") || strings.HasPrefix(i.Name, "br-") || strings.HasPrefix(i.Name, "veth") {
			continue
		}
		addresses, _ := i.Addrs()
		for _, a := range addresses {
			prefix, err := netip.ParsePrefix(a.String())
			if err == nil && prefix.Addr().Is4() && !prefix.Addr().IsLinkLocalUnicast() {
				return prefix.Addr(), true
			}
		}
	}
	return netip.Addr{}, false
}
