package memberlist

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"net"
	"time"
)

// This file is added to the library's package when the member program is compiled. It modifies nothing: it only exports
// what the library knows and does not show. Members() omits dead nodes, and the state that it returns is not filled in.

// CollabState is what the library knows about one node.
type CollabState struct {
	Name        string
	Addr        net.IP
	Port        uint16
	Meta        []byte
	State       NodeStateType
	StateChange time.Time // with a monotonic reading
	Incarnation uint32
}

// CollabStates returns every known node, including this one, and dead and left ones until the library drops them.
func (m *Memberlist) CollabStates() []CollabState {
	m.nodeLock.RLock()
	defer m.nodeLock.RUnlock()
	states := make([]CollabState, 0, len(m.nodes))
	for _, n := range m.nodes {
		states = append(states, CollabState{
			Name:        n.Name,
			Addr:        append(net.IP(nil), n.Addr...),
			Port:        n.Port,
			Meta:        append([]byte(nil), n.Meta...),
			State:       n.State,
			StateChange: n.StateChange,
			Incarnation: n.Incarnation,
		})
	}
	return states
}

// CollabMarkLeft declares a node as left, as if it had said so itself, and gossips it. The node will object; the caller
// must refuse its alive messages.
func (m *Memberlist) CollabMarkLeft(name string) {
	m.nodeLock.RLock()
	node, known := m.nodeMap[name]
	var incarnation uint32
	if known {
		incarnation = node.Incarnation
	}
	m.nodeLock.RUnlock()
	if known && name != m.config.Name {
		m.deadNode(&dead{Incarnation: incarnation, Node: name, From: name})
	}
}

// CollabReplace sets all keys at once; the first is the primary key. RemoveKey moves keys inside of the array that
// readers use, and a packet that arrives at that moment may be dropped.
func (k *Keyring) CollabReplace(keys [][]byte) error {
	if len(keys) == 0 {
		return errors.New("at least one key is needed")
	}
	for _, key := range keys {
		if err := ValidateKey(key); err != nil {
			return err
		}
	}
	k.installKeys(keys, keys[0])
	return nil
}

// CollabIngest handles a packet as ingestPacket does (without labels), and tells whether it was authentic. A packet that
// makes the library panic is dropped.
func (m *Memberlist) CollabIngest(packet *Packet) (err error) {
	defer recoverAsError(&err)
	buf := packet.Buf
	if m.config.EncryptionEnabled() {
		if buf, err = decryptPayload(m.config.Keyring.GetKeys(), buf, nil); err != nil {
			return err
		}
	}
	if len(buf) >= 5 && messageType(buf[0]) == hasCrcMsg {
		if crc32.ChecksumIEEE(buf[5:]) != binary.BigEndian.Uint32(buf[1:5]) {
			return errors.New("the checksum is wrong")
		}
		buf = buf[5:]
	}
	if err := checkPacket(buf); err != nil {
		return err
	}
	m.handleCommand(buf, packet.From, packet.Timestamp)
	return nil
}

// CollabHandleStream handles an incoming connection and closes it. A stream that makes the library panic, for example
// with a negative number of nodes, is dropped.
func (m *Memberlist) CollabHandleStream(conn net.Conn) (err error) {
	defer recoverAsError(&err)
	m.handleConn(conn)
	return nil
}

// CollabPushPull exchanges the whole state with one random alive node. The interval of the library's own push/pull is
// set to 0, because nothing could recover there from a malformed answer.
func (m *Memberlist) CollabPushPull() (err error) {
	defer recoverAsError(&err)
	m.pushPull()
	return nil
}

// CollabPushPullEvery is the interval scaled to the number of nodes, as the library does it.
func (m *Memberlist) CollabPushPullEvery(interval time.Duration) time.Duration {
	return pushPullScale(interval, m.estNumNodes())
}

func recoverAsError(err *error) {
	if fault := recover(); fault != nil {
		*err = fmt.Errorf("malformed message: %v", fault)
	}
}

// CollabRaiseIncarnation announces this node with an incarnation above the given one. A node starts with incarnation 1, so
// others that have an old message about it, such as its goodbye before a restart, would believe that one.
func (m *Memberlist) CollabRaiseIncarnation(above uint32) error {
	m.skipIncarnation(above)
	return m.UpdateNode(time.Second)
}
