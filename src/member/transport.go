package main

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/memberlist"
)

// traffic counts what the gossip sends and receives: payload bytes, without the headers of UDP, TCP and IP.
type traffic struct {
	udpSentBytes, udpSentPackets, udpReceivedBytes, udpReceivedPackets, tcpSentBytes, tcpReceivedBytes atomic.Int64
}

func (t *traffic) report() map[string]int64 {
	return map[string]int64{"udp_sent_bytes": t.udpSentBytes.Load(), "udp_sent_packets": t.udpSentPackets.Load(),
		"udp_received_bytes": t.udpReceivedBytes.Load(), "udp_received_packets": t.udpReceivedPackets.Load(),
		"tcp_sent_bytes": t.tcpSentBytes.Load(), "tcp_received_bytes": t.tcpReceivedBytes.Load()}
}

// Limits of incoming streams. Before a stream is decrypted, the library reads as much as the stream announces; the limits
// bound what a stranger can make a member hold in memory.
const (
	streamsAtMost       = 48
	streamsOfOneAtMost  = 16
	streamReceiveAtMost = 3 << 20
	tcpTimeout          = 5 * time.Second
)

// transport is memberlist's NetTransport with counting and with limits. Packets and streams go to the library through
// functions that survive malformed messages, so the library's own channels stay silent.
type transport struct {
	*memberlist.NetTransport
	traffic  *traffic
	keyring  *memberlist.Keyring
	source   *net.TCPAddr // outgoing connections come from this address; nil: any
	packets  chan *memberlist.Packet
	streams  chan net.Conn
	done     chan struct{}
	mu       sync.Mutex
	open     int
	openFrom map[string]int
}

func newTransport(address string, port int, keyring *memberlist.Keyring, t *traffic, l *logger) (*transport, error) {
	inner, err := memberlist.NewNetTransport(&memberlist.NetTransportConfig{
		BindAddrs: []string{address}, BindPort: port, Logger: newLibraryLog(l)})
	if err != nil {
		return nil, err
	}
	outer := &transport{NetTransport: inner, traffic: t, keyring: keyring, packets: make(chan *memberlist.Packet), streams: make(chan net.Conn),
		done: make(chan struct{}), openFrom: map[string]int{}}
	if ip := net.ParseIP(address); ip != nil && !ip.IsUnspecified() {
		outer.source = &net.TCPAddr{IP: ip}
	}
	return outer, nil
}

// serve hands packets and streams to the library until Shutdown. heard is called for each authentic packet.
func (t *transport) serve(list *memberlist.Memberlist, heard func(address string), rejected func(from string, err error)) {
	go func() {
		for {
			select {
			case packet := <-t.NetTransport.PacketCh():
				t.traffic.udpReceivedPackets.Add(1)
				t.traffic.udpReceivedBytes.Add(int64(len(packet.Buf)))
				if err := list.CollabIngest(packet); err != nil {
					rejected(packet.From.String(), err)
				} else {
					heard(packet.From.String())
				}
			case <-t.done:
				return
			}
		}
	}()
	go func() {
		for {
			select {
			case conn := <-t.NetTransport.StreamCh():
				t.accept(list, conn, rejected)
			case <-t.done:
				return
			}
		}
	}()
}

func (t *transport) accept(list *memberlist.Memberlist, conn net.Conn, rejected func(string, error)) {
	from, _, _ := net.SplitHostPort(conn.RemoteAddr().String())
	t.mu.Lock()
	fits := t.open < streamsAtMost && t.openFrom[from] < streamsOfOneAtMost
	if fits {
		t.open++
		t.openFrom[from]++
	}
	t.mu.Unlock()
	if !fits {
		conn.Close()
		return
	}
	go func() {
		defer func() {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.open--
			if t.openFrom[from]--; t.openFrom[from] == 0 {
				delete(t.openFrom, from)
			}
		}()
		if err := list.CollabHandleStream(t.checked(conn)); err != nil {
			rejected(conn.RemoteAddr().String(), err)
		}
	}()
}

// PacketCh is silent; see serve.
func (t *transport) PacketCh() <-chan *memberlist.Packet { return t.packets }

// StreamCh is silent; see serve.
func (t *transport) StreamCh() <-chan net.Conn { return t.streams }

// WriteTo sends a packet.
func (t *transport) WriteTo(b []byte, address string) (time.Time, error) {
	return t.WriteToAddress(b, memberlist.Address{Addr: address})
}

// WriteToAddress sends a packet.
func (t *transport) WriteToAddress(b []byte, address memberlist.Address) (time.Time, error) {
	sent, err := t.NetTransport.WriteToAddress(b, address)
	if err == nil {
		t.traffic.udpSentPackets.Add(1)
		t.traffic.udpSentBytes.Add(int64(len(b)))
	}
	return sent, err
}

// DialTimeout opens a stream.
func (t *transport) DialTimeout(address string, timeout time.Duration) (net.Conn, error) {
	return t.DialAddressTimeout(memberlist.Address{Addr: address}, timeout)
}

// DialAddressTimeout opens a stream.
func (t *transport) DialAddressTimeout(address memberlist.Address, timeout time.Duration) (net.Conn, error) {
	dialer := net.Dialer{Timeout: timeout}
	if t.source != nil {
		dialer.LocalAddr = t.source
	}
	conn, err := dialer.Dial("tcp", address.Addr)
	if err != nil {
		return nil, err
	}
	return t.checked(conn), nil
}

func (t *transport) checked(conn net.Conn) net.Conn {
	return memberlist.CollabCheckedConn(&countedConn{Conn: conn, traffic: t.traffic, left: streamReceiveAtMost}, t.keyring)
}

// Shutdown closes the sockets. The readers hand over what they hold until then.
func (t *transport) Shutdown() error {
	err := t.NetTransport.Shutdown()
	close(t.done)
	return err
}

// countedConn counts bytes, and ends a stream that sends too many.
type countedConn struct {
	net.Conn
	traffic *traffic
	left    int64
}

func (c *countedConn) Read(b []byte) (int, error) {
	if c.left <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	if int64(len(b)) > c.left {
		b = b[:c.left]
	}
	n, err := c.Conn.Read(b)
	c.left -= int64(n)
	c.traffic.tcpReceivedBytes.Add(int64(n))
	return n, err
}

func (c *countedConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.traffic.tcpSentBytes.Add(int64(n))
	return n, err
}
