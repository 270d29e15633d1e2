package memberlist

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/hashicorp/go-msgpack/codec"
)

// This file is added to the library's package, like collab_states.go, and modifies nothing. The library's decoder reserves
// memory for the lengths that a message announces: a few bytes can end the process. So messages are checked before: all
// lengths must fit, and compressed messages, which members do not send, are refused.

const (
	checkDepth       = 4    // of nested values
	checkElements    = 64   // of one map or array
	checkNodes       = 8192 // in one push/pull
	checkStreamBytes = 2 << 20
)

var errTooLong = errors.New("a length does not fit")

// checkPacket checks a decrypted packet.
func checkPacket(message []byte) error {
	if len(message) == 0 {
		return errors.New("the packet is empty")
	}
	if messageType(message[0]) != compoundMsg {
		return checkMessage(message)
	}
	_, parts, err := decodeCompoundMessage(message[1:])
	if err != nil {
		return err
	}
	for _, part := range parts {
		if err := checkMessage(part); err != nil {
			return err
		}
	}
	return nil
}

// checkMessage checks one message of a packet.
func checkMessage(message []byte) error {
	if len(message) == 0 {
		return errors.New("a message is empty")
	}
	switch kind := messageType(message[0]); kind {
	case pingMsg, indirectPingMsg, ackRespMsg, nackRespMsg, suspectMsg, aliveMsg, deadMsg:
		return skipValue(bytes.NewReader(message[1:]), len(message), checkDepth)
	case userMsg:
		return nil
	default:
		return fmt.Errorf("a packet may not have a message of type %d", kind)
	}
}

// CollabCheckedConn wraps a connection: what the other side sends is read and checked as a whole before the library sees
// it.
func CollabCheckedConn(conn net.Conn, keyring *Keyring) net.Conn {
	return &checkedConn{Conn: conn, keyring: keyring}
}

type checkedConn struct {
	net.Conn
	keyring *Keyring
	once    sync.Once
	rest    io.Reader
	err     error
}

func (c *checkedConn) Read(b []byte) (int, error) {
	c.once.Do(func() {
		var read bytes.Buffer
		in := bufio.NewReaderSize(io.TeeReader(c.Conn, &read), 1024)
		c.err = checkStream(in, c.keyring)
		c.rest = io.MultiReader(&read, c.Conn)
	})
	if c.err != nil {
		return 0, c.err
	}
	return c.rest.Read(b)
}

// checkStream reads one message: a length and ciphertext, or, without keys, plain text.
func checkStream(in io.Reader, keyring *Keyring) error {
	keys := keyring.GetKeys()
	if len(keys) == 0 {
		return checkStreamMessage(in)
	}
	var head [5]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return err
	}
	length := binary.BigEndian.Uint32(head[1:])
	if messageType(head[0]) != encryptMsg || length > checkStreamBytes {
		return errors.New("the stream is not encrypted, or too long")
	}
	var text bytes.Buffer // grows with what arrives
	if _, err := io.CopyN(&text, in, int64(length)); err != nil {
		return err
	}
	plain, err := decryptPayload(keys, text.Bytes(), head[:])
	if err != nil {
		return err
	}
	return checkStreamMessage(bytes.NewReader(plain))
}

func checkStreamMessage(in io.Reader) error {
	var kind [1]byte
	if _, err := io.ReadFull(in, kind[:]); err != nil {
		return err
	}
	switch messageType(kind[0]) {
	case pingMsg, ackRespMsg, errMsg:
		return skipValue(in, 4096, checkDepth)
	case pushPullMsg:
		return checkPushPull(in)
	default:
		return fmt.Errorf("a stream may not have a message of type %d", kind[0])
	}
}

func checkPushPull(in io.Reader) error {
	var text bytes.Buffer
	if err := skipValue(io.TeeReader(in, &text), 4096, checkDepth); err != nil {
		return err
	}
	var header pushPullHeader
	if err := codec.NewDecoder(&text, &codec.MsgpackHandle{}).Decode(&header); err != nil {
		return err
	}
	if header.Nodes < 0 || header.Nodes > checkNodes || header.UserStateLen < 0 || header.UserStateLen > checkStreamBytes {
		return errTooLong
	}
	for i := 0; i < header.Nodes; i++ {
		if err := skipValue(in, 4096, checkDepth); err != nil {
			return err
		}
	}
	_, err := io.CopyN(io.Discard, in, int64(header.UserStateLen))
	return err
}

// skipValue reads one value of msgpack whose parts have at most limit bytes.
func skipValue(in io.Reader, limit, depth int) error {
	if depth == 0 {
		return errors.New("values are nested too deep")
	}
	var first [1]byte
	if _, err := io.ReadFull(in, first[:]); err != nil {
		return err
	}
	bytesLeft, elements, lengthBytes := 0, 0, 0
	switch b := first[0]; {
	case b <= 0x7f || b >= 0xe0 || b == 0xc0 || b == 0xc2 || b == 0xc3:
	case b <= 0x8f:
		elements = 2 * int(b&0x0f)
	case b <= 0x9f:
		elements = int(b & 0x0f)
	case b <= 0xbf:
		bytesLeft = int(b & 0x1f)
	case b == 0xc4 || b == 0xd9:
		lengthBytes = 1
	case b == 0xc5 || b == 0xda || b == 0xdc || b == 0xde:
		lengthBytes = 2
	case b == 0xc6 || b == 0xdb || b == 0xdd || b == 0xdf:
		lengthBytes = 4
	case b >= 0xcc && b <= 0xcf:
		bytesLeft = 1 << (b - 0xcc)
	case b >= 0xd0 && b <= 0xd3:
		bytesLeft = 1 << (b - 0xd0)
	case b == 0xca || b == 0xcb:
		bytesLeft = 4 << (b - 0xca)
	default:
		return fmt.Errorf("values of type %#x do not occur", b)
	}
	if lengthBytes > 0 {
		var length [4]byte
		if _, err := io.ReadFull(in, length[4-lengthBytes:]); err != nil {
			return err
		}
		count := int(min(binary.BigEndian.Uint32(length[:]), 1<<24)) // even doubled, it fits into an int of 32 bits
		switch first[0] {
		case 0xdc, 0xdd:
			elements = count
		case 0xde, 0xdf:
			elements = 2 * count
		default:
			bytesLeft = count
		}
	}
	if elements > 2*checkElements || bytesLeft > limit {
		return errTooLong
	}
	if _, err := io.CopyN(io.Discard, in, int64(bytesLeft)); err != nil {
		return err
	}
	for i := 0; i < elements; i++ {
		if err := skipValue(in, limit, depth-1); err != nil {
			return err
		}
	}
	return nil
}
